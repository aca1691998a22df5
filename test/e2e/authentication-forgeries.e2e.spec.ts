import { Agent, request } from 'node:http';
import { randomInt } from 'node:crypto';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { FORGERIES } from '../support/oidc-provider/forgeries.js';
import { forgeryParts, seededRandom } from '../support/oidc-provider/forgery-tools.js';
import type { ForgeryParts } from '../support/oidc-provider/forgery-tools.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/app/api';
const PATH = `/api/secrets/value?uri=${encodeURIComponent(URI)}`;
const COUNT = 5_000;
const AT_ONCE = 16;

describe('5,000 forged and spoilt tokens', () => {
  const seed = Number(process.env['FORGERY_SEED'] ?? randomInt(2 ** 31));
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let issuer: TestIssuer;
  let running: RunningApp;
  let parts: ForgeryParts;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    parts = await forgeryParts(issuer);
    running = await createApp(issuer.env);
    await running.http
      .post('/api/secrets')
      .set('Authorization', `Bearer ${parts.token}`)
      .send({ uri: URI, value: { token: 'kept-value' } })
      .expect(201);
    expect(await send(parts.token)).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    agent.destroy();
    await running.close();
    await issuer.close();
  });

  function send(token: string): Promise<{ status: number; text: string }> {
    const { port } = new URL(running.url);
    return new Promise((resolve, reject) => {
      request({ agent, port, path: PATH, headers: { Authorization: `Bearer ${token}` } }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
        .on('error', reject)
        .end();
    });
  }

  it(`are all refused (FORGERY_SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    const kinds = Object.entries(FORGERIES);
    const tokens: { readonly kind: string; readonly token: string }[] = [];
    while (tokens.length < COUNT) {
      const [kind, forge] = kinds[tokens.length % kinds.length] ?? ['none', () => ''];
      const token = await forge(parts, random);
      expect([parts.token, parts.otherToken]).not.toContain(token);
      tokens.push({ kind, token });
    }
    const wrong: string[] = [];
    const statuses = new Map<number, number>();
    const queue = tokens.values();
    const work = async (): Promise<void> => {
      for (const { kind, token } of queue) {
        const { status, text } = await send(token);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if ((status !== 401 && status !== 400) || text.includes('kept-value'))
          wrong.push(`${status} ${kind}: ${token}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.info(
      `FORGERY_SEED=${seed}: ${kinds.length} kinds, ${JSON.stringify(Object.fromEntries(statuses))}`,
    );
    expect(wrong).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count)).toBe(COUNT);
    expect(running.records.filter(({ effect }) => effect === 'permit').length).toBe(2);
    expect(issuer.requests.filter((path) => path.includes('evil'))).toEqual([]);
    expect(await send(parts.token)).toMatchObject({ status: 200 });
  }, 120_000);
});
