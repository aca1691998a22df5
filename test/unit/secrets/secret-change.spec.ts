import { numberFromText, parseJson } from '../../../src/secrets/json.js';
import type { JsonObject } from '../../../src/secrets/json.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';
import { applyChange, requireLive } from '../../../src/secrets/secret-change.js';
import type { CurrentSecret, SecretChange } from '../../../src/secrets/secret-change.js';
import { Sealed } from '../../../src/secrets/sealed.js';

const live = (text: string): CurrentSecret => ({ state: 'live', values: parseJson(text) as JsonObject });
const deleted: CurrentSecret = { state: 'deleted' };
const missing: CurrentSecret = { state: 'missing' };

const replace = (text: string, mustExist = false): SecretChange => ({
  kind: 'replace',
  values: new Sealed(parseJson(text) as JsonObject),
  mustExist,
});
const setKey = (key: string, text: string, mustExist = false): SecretChange => ({
  kind: 'set-key',
  key,
  value: new Sealed(parseJson(text)),
  mustExist,
});
const removeKey = (key: string): SecretChange => ({ kind: 'remove-key', key });

/** The map after the change as JSON text, `gone`, or the code of the refusal. */
function outcome(current: CurrentSecret, change: SecretChange): string {
  try {
    const values = applyChange(current, change);
    return values === undefined ? 'gone' : JSON.stringify(values);
  } catch (error) {
    if (error instanceof SecretError) return error.code;
    throw error;
  }
}

describe('replacing the map', () => {
  it.each([
    ['a live secret', live('{"a":1,"b":2}')],
    ['a deleted secret', deleted],
    ['a missing secret', missing],
  ])('of %s leaves nothing of what was there', (_title, current) => {
    expect(outcome(current, replace('{"c":3.0}'))).toBe('{"c":3.0}');
  });

  it('may leave an empty map: the secret stays', () => {
    expect(outcome(live('{"a":1}'), replace('{}'))).toBe('{}');
  });

  it('by rotation needs the secret, whatever its keys', () => {
    expect(outcome(live('{}'), replace('{"a":1}', true))).toBe('{"a":1}');
    expect(outcome(deleted, replace('{"a":1}', true))).toBe('SECRET_DELETED');
    expect(outcome(missing, replace('{"a":1}', true))).toBe('SECRET_NOT_FOUND');
  });
});

describe('setting a key', () => {
  it('leaves every other key and its digits', () => {
    expect(outcome(live('{"a":1.0,"b":9007199254740993}'), setKey('c', '"x"'))).toBe(
      '{"a":1.0,"b":9007199254740993,"c":"x"}',
    );
    expect(outcome(live('{"a":1,"b":2}'), setKey('a', '1.50'))).toBe('{"a":1.50,"b":2}');
  });

  it('starts from an empty map where the secret is deleted or missing', () => {
    expect(outcome(deleted, setKey('a', '1'))).toBe('{"a":1}');
    expect(outcome(missing, setKey('a', '1'))).toBe('{"a":1}');
  });

  it('by rotation needs the secret and the key', () => {
    expect(outcome(live('{"a":1}'), setKey('a', '2', true))).toBe('{"a":2}');
    expect(outcome(live('{"a":null}'), setKey('a', '2', true))).toBe('{"a":2}');
    expect(outcome(live('{"a":1}'), setKey('b', '2', true))).toBe('FRAGMENT_NOT_FOUND');
    expect(outcome(deleted, setKey('a', '2', true))).toBe('SECRET_DELETED');
    expect(outcome(missing, setKey('a', '2', true))).toBe('SECRET_NOT_FOUND');
  });

  it('does not find inherited names', () => {
    expect(outcome(live('{"a":1}'), setKey('toString', '2', true))).toBe('FRAGMENT_NOT_FOUND');
    expect(outcome(live('{"a":1}'), setKey('__proto__', '2', true))).toBe('FRAGMENT_NOT_FOUND');
  });

  it('takes "" and __proto__ for keys like others, and keeps those that are there', () => {
    expect(outcome(live('{"":1}'), setKey('__proto__', '{"x":1}'))).toBe('{"":1,"__proto__":{"x":1}}');
    expect(outcome(live('{"__proto__":{"x":1}}'), setKey('', '2'))).toBe('{"__proto__":{"x":1},"":2}');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('leaves the map that it was given as it is', () => {
    const values = Object.freeze({ a: numberFromText('1.0') });
    expect(JSON.stringify(applyChange({ state: 'live', values }, setKey('b', '2')))).toBe('{"a":1.0,"b":2}');
    expect(JSON.stringify(values)).toBe('{"a":1.0}');
  });
});

describe('removing a key', () => {
  it('leaves the others', () => {
    expect(outcome(live('{"a":1.0,"b":2,"__proto__":3}'), removeKey('b'))).toBe('{"a":1.0,"__proto__":3}');
    expect(outcome(live('{"a":1,"__proto__":3}'), removeKey('__proto__'))).toBe('{"a":1}');
  });

  it('takes the secret with the last key', () => {
    expect(outcome(live('{"a":null}'), removeKey('a'))).toBe('gone');
    expect(outcome(live('{"__proto__":{}}'), removeKey('__proto__'))).toBe('gone');
  });

  it.each([
    ['FRAGMENT_NOT_FOUND', live('{"a":1}')],
    ['FRAGMENT_NOT_FOUND', live('{}')],
    ['SECRET_DELETED', deleted],
    ['SECRET_NOT_FOUND', missing],
  ])('answers %s where it is not there', (code, current) => {
    expect(outcome(current, removeKey('toString'))).toBe(code);
  });

  it('leaves the map that it was given as it is', () => {
    const values = Object.freeze({ a: 1, b: 2 });
    expect(applyChange({ state: 'live', values }, removeKey('a'))).toEqual({ b: 2 });
    expect(values).toEqual({ a: 1, b: 2 });
  });
});

describe('requireLive', () => {
  it('gives the map of a live secret only', () => {
    const values = { a: 1 };
    expect(requireLive({ state: 'live', values })).toBe(values);
    expect(() => requireLive(deleted)).toThrow(/^SECRET_DELETED/);
    expect(() => requireLive(missing)).toThrow(/^SECRET_NOT_FOUND/);
  });
});
