import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { ChainHead } from '../../../src/audit/file/chain-head.js';
import { findVerifyArguments } from '../../../src/audit/verify/verify-arguments.js';
import { verifyTrail } from '../../../src/audit/verify/verify-trail.js';
import { auditFolder, auditRecord, trailKeeper } from './audit-records.js';

const LINES = 40;
const MUTATIONS = 1000;

describe('the verifier', () => {
  let path: string;
  let lines: readonly string[];
  let head: ChainHead;
  const spoiled = (): string => `${path}.spoiled`;

  beforeAll(async () => {
    path = join(auditFolder(), 'audit.jsonl');
    const keeper = trailKeeper(path);
    await keeper.open();
    for (let line = 0; line < LINES; line += 1) {
      const effect = (['permit', 'deny', 'error'] as const)[line % 3] ?? 'permit';
      const version = line % 2 === 0 ? line + 1 : null;
      await keeper.append([auditRecord({ correlation_id: `call-${line}`, effect, version })]);
    }
    head = keeper.head ?? { seq: 0, hash: '' };
    await keeper.close();
    lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  });
  afterAll(() => rmSync(dirname(path), { recursive: true }));

  const verify = async (text: string | Buffer): ReturnType<typeof verifyTrail> => {
    writeFileSync(spoiled(), text);
    return verifyTrail([spoiled()], { heads: [head] });
  };
  const joined = (changed: readonly string[]): string => changed.map((line) => `${line}\n`).join('');

  it('accepts a trail as it was written, with its head', async () => {
    const verdict = await verifyTrail([path], { heads: [head] });
    expect(verdict).toEqual({ fault: undefined, lines: LINES, head });
  });

  const place = fc.nat({ max: LINES - 1 });
  const mutation = fc.oneof(
    fc.record({
      kind: fc.constant('byte' as const),
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      to: fc.nat({ max: 255 }),
    }),
    fc.record({ kind: fc.constant('removed' as const), line: place }),
    fc.record({ kind: fc.constant('doubled' as const), line: place }),
    fc.record({ kind: fc.constant('swapped' as const), line: place, other: place }),
    fc.record({ kind: fc.constant('inserted' as const), line: place, of: place }),
    fc.record({ kind: fc.constant('cut' as const), left: place }),
  );

  function mutate(change: typeof mutation extends fc.Arbitrary<infer T> ? T : never): Buffer | undefined {
    const copy = [...lines];
    switch (change.kind) {
      case 'byte': {
        const bytes = Buffer.from(joined(lines));
        const index = Math.floor(change.at * bytes.length);
        if (bytes[index] === change.to) return undefined;
        bytes[index] = change.to;
        return bytes;
      }
      case 'removed':
        copy.splice(change.line, 1);
        break;
      case 'doubled':
        copy.splice(change.line, 0, lines[change.line] ?? '');
        break;
      case 'swapped':
        if (change.line === change.other) return undefined;
        copy[change.line] = lines[change.other] ?? '';
        copy[change.other] = lines[change.line] ?? '';
        break;
      case 'inserted': {
        // What a forger would write: the number and the hash that belong there.
        const forged = { ...(JSON.parse(lines[change.of] ?? '{}') as object), subject: 'mallory' };
        const before = JSON.parse(lines[change.line] ?? '{}') as { seq: number; prev_hash: string };
        copy.splice(
          change.line,
          0,
          JSON.stringify({ ...forged, seq: before.seq, prev_hash: before.prev_hash }),
        );
        break;
      }
      case 'cut':
        copy.length = change.left;
        break;
      default:
        return change satisfies never;
    }
    return Buffer.from(joined(copy));
  }

  it(`finds each of ${MUTATIONS} changes`, async () => {
    let tried = 0;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(mutation, async (change) => {
        const bytes = mutate(change);
        fc.pre(bytes !== undefined);
        tried += 1;
        seen.add(change.kind);
        const { fault } = await verify(bytes);
        expect(fault).toBeDefined();
      }),
      { numRuns: MUTATIONS },
    );
    expect(tried).toBe(MUTATIONS);
    expect([...seen].sort()).toEqual(['byte', 'cut', 'doubled', 'inserted', 'removed', 'swapped']);
  }, 60_000);

  it('names the first bad line', async () => {
    const changed = [...lines];
    changed[10] = (changed[10] ?? '').replace('"call-10"', '"call-99"');
    const { fault, lines: good } = await verify(joined(changed));
    // Line 11 of the file was changed; that shows in the hash which the next one carries.
    expect(fault).toMatchObject({ file: spoiled(), line: 12 });
    expect(fault?.reason).toContain('line 11');
    expect(good).toBe(11);
  });

  it('holds every line against the schema', async () => {
    const changed = [...lines];
    changed[3] = (changed[3] ?? '').replace('"effect":"permit"', '"effect":"maybe"');
    expect((await verify(joined(changed))).fault).toMatchObject({
      line: 4,
      reason: expect.stringContaining('effect'),
    });
    const last = JSON.parse(lines[3] ?? '{}') as object;
    changed[3] = JSON.stringify({ ...last, value: 'x' });
    expect((await verify(joined(changed))).fault?.reason).toContain('a field too many');
  });

  it('takes a last line without its end for cut off', async () => {
    expect((await verify(joined(lines).slice(0, -1))).fault).toMatchObject({ line: LINES });
  });

  it('finds lines cut off the end only by a head', async () => {
    writeFileSync(spoiled(), joined(lines.slice(0, 30)));
    expect((await verifyTrail([spoiled()])).fault).toBeUndefined();
    expect((await verifyTrail([spoiled()], { heads: [head] })).fault).toMatchObject({
      line: undefined,
      reason: expect.stringContaining('lines were cut off'),
    });
  });

  it('begins behind the last line of the files that are kept elsewhere', async () => {
    const early = `${path}.early`;
    writeFileSync(early, joined(lines.slice(0, 15)));
    const { head: after } = await verifyTrail([early]);
    writeFileSync(spoiled(), joined(lines.slice(15)));
    expect((await verifyTrail([spoiled()])).fault).toMatchObject({ line: 1 });
    expect((await verifyTrail([spoiled()], { after, heads: [head] })).fault).toBeUndefined();
    expect((await verifyTrail([spoiled(), early], { heads: [head] })).fault).toBeUndefined();
  });

  describe('as a command', () => {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, ['scripts/secrets-audit.mjs', 'verify', ...words], { encoding: 'utf8' });

    it('tells programs by its exit code, and people where the trail breaks', () => {
      const good = run('--head', `${head.seq}:${head.hash}`, path);
      expect([good.status, good.stdout]).toEqual([0, `OK ${LINES} lines, up to ${head.seq}:${head.hash}\n`]);
      writeFileSync(spoiled(), joined(lines));
      appendFileSync(spoiled(), '{}\n');
      const bad = run(spoiled());
      expect(bad.status).toBe(1);
      expect(bad.stdout).toContain(`BROKEN ${spoiled()}:${LINES + 1}: the line lacks seq`);
      expect(run(join(dirname(path), 'none')).status).toBe(2);
      expect(run().status).toBe(2);
    }, 120_000);

    it.each([
      [[]],
      [['check', 'a']],
      [['verify']],
      [['verify', '--head', '1', 'a']],
      [['verify', '--all', 'a']],
    ])('does not understand %j', (words) => {
      expect(findVerifyArguments(words)).toBeUndefined();
    });

    it('leaves out what lies beside a trail by its name', () => {
      const found = findVerifyArguments(['verify', 'a.jsonl', 'a.jsonl.lock', 'a.jsonl.torn-3-20261124']);
      expect(found?.files).toEqual(['a.jsonl']);
    });
  });
});
