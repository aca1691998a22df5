import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { encode } from './proof-key.js';
import { HTU, ORIGIN, ProofBench } from './proof-bench.js';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NAMES = ['typ', 'alg', 'jwk', 'jti', 'htm', 'htu', 'iat', 'ath'] as const;

describe('mutated proofs', () => {
  it('are refused whichever one letter is another one', async () => {
    const bench = new ProofBench();
    const proof = bench.prove();
    const verdicts = new Map<string, number>();
    for (let at = 0; at < proof.length; at += 1) {
      for (const step of [1, 2, 4, 8, 16, 32]) {
        const letter = BASE64URL[BASE64URL.indexOf(proof[at] ?? '') ^ step] ?? 'A';
        const verdict = await bench.judge(`${proof.slice(0, at)}${letter}${proof.slice(at + 1)}`);
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      }
    }
    expect([...verdicts.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(3_000);
    expect(verdicts.has('accepted')).toBe(false);
    // The one that all were made of is still fresh: none of them has used it up.
    expect(await bench.judge(proof)).toBe('accepted');
  });

  it('are refused when cut, doubled, shuffled or mixed with another', async () => {
    const bench = new ProofBench();
    const [one, two] = [bench.prove(), bench.prove({}, { htm: 'POST' })];
    const [a = '', b = '', c = ''] = one.split('.');
    const [x = '', y = '', z = ''] = two.split('.');
    const mixes = [a, b, c, x, y, z].flatMap((head) =>
      [a, b, c, x, y, z].flatMap((body) => [a, b, c, x, y, z].map((tail) => `${head}.${body}.${tail}`)),
    );
    const cuts = Array.from({ length: one.length }, (_, length) => one.slice(0, length));
    // The headers of both are the same, and so is the one proof that is whole.
    const wrong = [...mixes.filter((text) => text !== one), ...cuts, one + one, `${one}.${two}`];
    for (const text of wrong) expect(await bench.judge(text)).toMatch(/^401 /);
    expect(wrong.length).toBeGreaterThan(600);
  });

  it('are refused with any other value in one place, however it is signed', async () => {
    const bench = new ProofBench();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), fc.jsonValue(), async (name, value) => {
        const isHeader = name === 'typ' || name === 'alg' || name === 'jwk';
        const right = { typ: 'dpop+jwt', alg: 'ES256', htm: 'GET', htu: HTU } as Record<string, unknown>;
        if (right[name] === value || (name === 'jti' && typeof value === 'string' && value !== '')) return;
        const changed = { [name]: value };
        const proof = isHeader ? bench.prove(changed) : bench.prove({}, changed);
        expect(await bench.judge(proof)).toMatch(/^401 /);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are refused for every URI but the own one', async () => {
    const bench = new ProofBench();
    await fc.assert(
      fc.asyncProperty(fc.webUrl({ withQueryParameters: true, withFragments: true }), async (htu) => {
        expect(await bench.judge(bench.prove({}, { htu }))).toMatch(/^401 .*\(htu\)/);
        expect(
          await bench.judge(bench.prove({}, { htu: htu.replace(/^https?:\/\/[^/?#]*/, ORIGIN) })),
        ).toMatch(/^401 /);
      }),
      { numRuns: 500 },
    );
  });

  it('are refused for whatever text stands in the header', async () => {
    const bench = new ProofBench();
    const part = fc.oneof(fc.string(), fc.json().map(encode), fc.base64String(), fc.uint8Array().map(encode));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (proof) => {
        expect(await bench.judge(proof)).toMatch(/^401 invalid_dpop_proof: /);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are refused with the hash of any other token', async () => {
    const bench = new ProofBench();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const ath = createHash('sha256').update(text).digest('base64url');
        expect(await bench.judge(bench.prove({}, { ath }))).toMatch(/^401 .*\(ath\)/);
      }),
      { numRuns: 500 },
    );
  });
});
