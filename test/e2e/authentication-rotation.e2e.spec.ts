import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';
import type { IssuerKey } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/app/api';
const READERS = 16;
const COOLDOWN_MS = 400;
const REFRESH_MS = 1_500;
/** What a busy machine adds to every limit. */
const SLACK_MS = 400;

/** One answer to one reader. */
interface Read {
  readonly kid: string;
  /** `performance.now()` when the answer was there. */
  readonly atMs: number;
  readonly status: number;
}

describe('key rotation while 16 clients read', () => {
  let issuer: TestIssuer;
  let running: RunningApp;
  const reads: Read[] = [];
  let isOver = false;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({
      ...issuer.env,
      JWKS_COOLDOWN_MS: String(COOLDOWN_MS),
      JWKS_REFRESH_MS: String(REFRESH_MS),
    });
    await running.http
      .post('/api/secrets')
      .set('Authorization', `Bearer ${await issuer.sign()}`)
      .send({ uri: URI, value: { a: 1 } })
      .expect(201);
  });
  afterAll(async () => {
    isOver = true;
    await running.close();
    await issuer.close();
  });

  const readWith = async (key: IssuerKey, token: string): Promise<number> => {
    const response = await fetch(`${running.url}/api/secrets/value?uri=${encodeURIComponent(URI)}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    await response.arrayBuffer();
    reads.push({ kid: key.kid, atMs: performance.now(), status: response.status });
    return response.status;
  };

  /** Each reader has a fresh token of the newest key every third time, else the one that it has. */
  async function readOn(): Promise<void> {
    let held: { key: IssuerKey; token: string } | undefined;
    for (let turn = 0; !isOver; turn += 1) {
      const newest = issuer.keys.at(-1);
      if (newest !== undefined && (held === undefined || turn % 3 === 0 || !issuer.keys.includes(held.key))) {
        held = { key: newest, token: await issuer.sign({}, {}, newest) };
      }
      if (held !== undefined) await readWith(held.key, held.token);
      await pause(10);
    }
  }

  const refusedOf = ({ kid }: IssuerKey, sinceMs: number): readonly Read[] =>
    reads.filter((read) => read.kid === kid && read.status === 401 && read.atMs > sinceMs);

  it('refuses nothing valid longer than the cooldown, and a withdrawn key from the next refresh on', async () => {
    const [first] = issuer.keys;
    if (first === undefined) throw new Error('the issuer has no key');
    const oldToken = await issuer.sign({}, {}, first);
    const readers = Array.from({ length: READERS }, () => readOn());
    await pause(500);

    const addedMs = performance.now();
    const second = await issuer.addKey('ES256');
    await pause(COOLDOWN_MS + SLACK_MS);
    expect(refusedOf(second, addedMs + COOLDOWN_MS + SLACK_MS)).toEqual([]);
    expect(await readWith(second, await issuer.sign({}, {}, second))).toBe(200);
    expect(await readWith(first, oldToken)).toBe(200);

    await issuer.close();
    const awayMs = performance.now();
    await pause(REFRESH_MS + SLACK_MS);
    expect(await readWith(second, await issuer.sign({}, {}, second))).toBe(200);
    expect(await readWith(first, oldToken)).toBe(200);
    issuer.withdraw(first.kid);
    const third = await issuer.addKey('ES256');
    await pause(COOLDOWN_MS);
    expect(await readWith(third, await issuer.sign({}, {}, third))).toBe(401);
    expect(await readWith(first, oldToken)).toBe(200);
    await issuer.listen();
    const backMs = performance.now();
    await pause(COOLDOWN_MS + SLACK_MS);
    expect(await readWith(third, await issuer.sign({}, {}, third))).toBe(200);
    await pause(Math.max(0, REFRESH_MS + SLACK_MS - (performance.now() - backMs)));
    const refreshedMs = performance.now();
    expect(await readWith(first, oldToken)).toBe(401);

    isOver = true;
    await Promise.all(readers);
    expect(refusedOf(second, addedMs + COOLDOWN_MS + SLACK_MS)).toEqual([]);
    expect(refusedOf(third, backMs + COOLDOWN_MS + SLACK_MS)).toEqual([]);
    expect(
      reads.filter(({ kid, status, atMs }) => kid === first.kid && status === 200 && atMs > refreshedMs),
    ).toEqual([]);
    expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200, 401]));
    expect(reads.length).toBeGreaterThan(READERS * 20);
    const longestMs = Math.max(0, ...refusedOf(second, addedMs).map(({ atMs }) => atMs - addedMs));
    console.info(
      `${reads.length} reads; a new key was refused for ${longestMs.toFixed(0)} ms at the most (cooldown ${COOLDOWN_MS} ms); ` +
        `the issuer was away for ${(backMs - awayMs).toFixed(0)} ms; keys were fetched ${issuer.countOf('/jwks')} times`,
    );
  });
});
