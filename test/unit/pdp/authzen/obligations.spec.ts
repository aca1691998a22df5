import fc from 'fast-check';
import { readObligations, tightestObligations } from '../../../../src/pdp/obligations.js';
import type { Obligations } from '../../../../src/pdp/obligations.js';
import { parseJson } from '../../../../src/secrets/json.js';
import type { JsonValue } from '../../../../src/secrets/json.js';

function bounds(ttlSeconds?: number, maxUses?: number): Obligations {
  return { ttlSeconds, maxUses };
}

function read(text: string): Obligations {
  return readObligations(parseJson(text));
}

describe('forms that are read', () => {
  it.each([
    ['[{"id":"a","type":"grant","properties":{"ttl_seconds":60,"max_uses":3}}]', bounds(60, 3)],
    ['[{"id":"a","type":"grant","properties":{"ttl_seconds":60}}]', bounds(60)],
    ['[{"type":"grant","properties":{"max_uses":3}}]', bounds(undefined, 3)],
    ['[{"id":"grant","properties":{"max_uses":3}}]', bounds(undefined, 3)],
    ['[{"type":"ttl_seconds","properties":{"ttl_seconds":60}}]', bounds(60)],
    ['[{"type":"ttl_seconds","properties":{"value":60}}]', bounds(60)],
    ['[{"type":"ttl_seconds","attributes":{"ttl_seconds":60}}]', bounds(60)],
    ['[{"type":"ttl_seconds","attributes":{"value":60}}]', bounds(60)],
    ['[{"type":"ttl_seconds","value":60}]', bounds(60)],
    ['[{"type":"ttl_s","properties":{"ttl_s":60}}]', bounds(60)],
    ['[{"type":"ttl_s","value":60}]', bounds(60)],
    ['[{"id":"ttl_s","attributes":{"ttl_s":60}}]', bounds(60)],
    ['[{"id":"ttl_seconds","value":60}]', bounds(60)],
    ['[{"id":"max_uses","value":3}]', bounds(undefined, 3)],
    ['[{"id":"max_uses","properties":{"max_uses":3}}]', bounds(undefined, 3)],
    ['[{"id":"o-17","type":"max_uses","attributes":{"value":3}}]', bounds(undefined, 3)],
    ['[{"id":"a","type":"ttl_seconds","value":60},{"id":"b","type":"max_uses","value":3}]', bounds(60, 3)],
    ['{"ttl_seconds":60,"max_uses":3}', bounds(60, 3)],
    ['{"max_uses":3}', bounds(undefined, 3)],
    ['{"type":"max_uses","value":3}', bounds(undefined, 3)],
    ['[]', bounds()],
    ['{}', bounds()],
    ['{"ttl_seconds":60.0,"max_uses":3e0}', bounds(60, 3)],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('where there are none', () => {
    expect(readObligations(undefined)).toEqual(bounds());
  });
});

describe('of several bounds the smallest', () => {
  it.each([
    ['[{"type":"ttl_s","value":60},{"type":"ttl_seconds","value":30}]', bounds(30)],
    [
      '[{"type":"ttl_seconds","value":60,"properties":{"value":50},"attributes":{"ttl_seconds":40}}]',
      bounds(40),
    ],
    [
      '[{"type":"grant","properties":{"ttl_seconds":60,"max_uses":1}},{"type":"grant","properties":{"ttl_seconds":5,"max_uses":9}}]',
      bounds(5, 1),
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('what is not known or cannot be read', () => {
  it.each([
    ...['null', 'true', '60', '"ttl_seconds=60"', '[null]', '[[]]', '[{}]', '[60]', '["max_uses"]'],
    '[{"type":"notify","properties":{"to":"x"}}]',
    '[{"type":"notify","id":"max_uses","value":3}]',
    '[{"type":"max_uses","value":3},{"type":"notify"}]',
    '[{"type":"max_uses","id":"ttl_seconds","value":3}]',
    '[{"type":"max_uses"}]',
    '[{"type":"max_uses","properties":{}}]',
    '[{"type":"max_uses","properties":{"ttl_seconds":3}}]',
    '[{"type":"max_uses","properties":{"max_uses":3,"unless":"friday"}}]',
    '[{"type":"max_uses","properties":[3]}]',
    '[{"type":"max_uses","properties":3}]',
    '[{"type":"ttl_seconds","value":60,"unit":"ms"}]',
    '[{"type":"grant"}]',
    '[{"type":"grant","properties":{}}]',
    '[{"type":"grant","properties":null}]',
    '[{"type":"grant","properties":{"ttl_seconds":60,"source_ip":"10.0.0.0/8"}}]',
    '[{"type":"grant","value":60,"properties":{"ttl_seconds":60}}]',
    '[{"type":["grant"],"properties":{"ttl_seconds":60}}]',
    '[{"type":"Grant","properties":{"ttl_seconds":60}}]',
    '[{"type":null,"id":"max_uses","value":3}]',
    '[{"type":"__proto__","value":3}]',
    '[{"type":"constructor","value":3}]',
    '{"ttl_seconds":60,"unknown":1}',
    '{"__proto__":{"max_uses":3}}',
    '{"obligations":[]}',
  ])('%s', (text) => {
    expect(read(text)).toBe('unknown');
  });

  it.each([
    ...['0', '-1', '0.5', '1.5', '1e400', '-0', '9007199254740993', '1e300', '"60"', 'null', 'true', '[60]'],
    '{"value":60}',
  ])('a bound of %s', (number) => {
    expect(read(`{"max_uses":${number}}`)).toBe('unknown');
    expect(read(`[{"type":"ttl_seconds","value":${number}}]`)).toBe('unknown');
    expect(read(`[{"type":"grant","properties":{"ttl_seconds":60,"max_uses":${number}}}]`)).toBe('unknown');
  });
});

/** JSON that is made of the very words, so that it comes close. */
const nearJson = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom<JsonValue>(
      null,
      true,
      0,
      1,
      60,
      -5,
      2.5,
      '60',
      'grant',
      'max_uses',
      'ttl_s',
      'ttl_seconds',
    ),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'id',
        'type',
        'properties',
        'attributes',
        'value',
        'max_uses',
        'ttl_seconds',
        'ttl_s',
        'x',
      ),
      tie('json'),
      { maxKeys: 4 },
    ),
  ),
})).json;

function numbersIn(value: JsonValue): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const RUNS = { numRuns: 5_000 };

describe('whatever comes', () => {
  it('leaves a grant unbound only where nothing at all is said', () => {
    fc.assert(
      fc.property(nearJson, (json) => {
        const read = readObligations(json);
        if (read === 'unknown' || read.ttlSeconds !== undefined || read.maxUses !== undefined) return;
        expect(['[]', '{}']).toContain(JSON.stringify(json));
      }),
      RUNS,
    );
  });

  it('is bound by numbers that were given, the smallest one at least', () => {
    fc.assert(
      fc.property(nearJson, (json) => {
        const read = readObligations(json);
        if (read === 'unknown') return;
        const numbers = numbersIn(json);
        const found = [read.ttlSeconds, read.maxUses].filter((bound) => bound !== undefined);
        for (const bound of found) expect(numbers).toContain(bound);
        if (numbers.length > 0) expect(found).toContain(Math.min(...numbers));
      }),
      RUNS,
    );
  });

  it('never loosens what stands beside it', () => {
    const known: JsonValue = { type: 'grant', properties: { ttl_seconds: 30, max_uses: 2 } };
    fc.assert(
      fc.property(fc.array(nearJson, { maxLength: 3 }), fc.nat(3), (others, place) => {
        const read = readObligations(others.toSpliced(place, 0, known));
        if (read === 'unknown') return;
        expect(read.ttlSeconds).toBeLessThanOrEqual(30);
        expect(read.maxUses).toBeLessThanOrEqual(2);
      }),
      RUNS,
    );
  });

  it('is no grant when one member of a known obligation is spoilt', () => {
    const spoilt = nearJson.filter((json) => typeof json !== 'number' || json < 1 || !Number.isInteger(json));
    fc.assert(
      fc.property(spoilt, fc.constantFrom('ttl_seconds', 'max_uses', 'x'), (json, name) => {
        const properties = { ttl_seconds: 30, max_uses: 2, [name]: json };
        expect(readObligations([{ type: 'grant', properties }])).toBe('unknown');
        expect(readObligations(properties)).toBe('unknown');
      }),
      RUNS,
    );
  });

  it('does not depend on the order', () => {
    const bound = fc.record({
      type: fc.constantFrom('ttl_s', 'ttl_seconds', 'max_uses'),
      value: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(fc.array(bound, { maxLength: 6 }), (entries) => {
        expect(readObligations([...entries].reverse())).toEqual(readObligations(entries));
      }),
    );
  });
});

it('takes the smallest of each bound of several policies, and none of unknown ones', () => {
  expect(tightestObligations([])).toEqual(bounds());
  expect(tightestObligations([bounds(60), bounds(undefined, 3), bounds(70, 2)])).toEqual(bounds(60, 2));
  expect(tightestObligations([bounds(60), 'unknown'])).toBe('unknown');
});
