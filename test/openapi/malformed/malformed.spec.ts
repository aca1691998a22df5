import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { createApp } from '../../support/create-app.js';
import type { RunningApp } from '../../support/create-app.js';
import { startKv2Server } from '../../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../../support/oidc-provider/test-issuer.js';
import { answerFaults } from './answer-faults.js';
import { ByteClient } from './byte-client.js';
import { DOCUMENTED } from './documented-operation.js';
import type { DocumentedOperation } from './documented-operation.js';
import { oddRequest } from './odd-requests.js';
import type { OddRequest } from './odd-requests.js';

const COUNT = Number(process.env['MALFORMED_REQUESTS'] ?? 3000);
const SEED = Number(process.env['MALFORMED_SEED'] ?? 20_261_125);
/** Half of them without authentication; of both halves a quarter is odd and not malformed for certain. */
const EACH = Math.ceil(COUNT / 2 / DOCUMENTED.length);
const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const TIMEOUT_MS = 60_000 + COUNT * 60;

/** Requests made of docs/openapi.json and then broken: each answer has to be one that the document names. */
describe(`requests that are not as the document says, ${COUNT} of them, seed ${SEED}`, () => {
  const tally = new Map<string, number>();
  let issuer: TestIssuer;
  let store: Kv2Server;
  let isSent = 0;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    store = await startKv2Server();
    await store.request('POST', '/secret/data/app/api', { data: { token: 'x' } });
    await store.request('POST', '/secret/data/app/deleted', { data: { token: 'x' } });
    await store.request('DELETE', '/secret/data/app/deleted');
  });
  afterAll(async () => {
    await store.stop();
    await issuer.close();
    const lines = [...tally]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `  ${what}: ${count}`);
    console.info(
      `${isSent} requests that are not as docs/openapi.json says, seed ${SEED}:\n${lines.join('\n')}`,
    );
  });

  const start = async (env: Readonly<Record<string, string>>): Promise<RunningApp> => {
    const app = await createApp({ OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken, ...env });
    return app;
  };
  /** @returns what was wrong with the answers */
  const sendAll = async (
    client: ByteClient,
    operation: DocumentedOperation,
    requests: readonly OddRequest[],
    authorization?: string,
  ): Promise<string[]> => {
    const faults: string[] = [];
    for (const request of requests) {
      const bytes =
        authorization === undefined || request.bytes.includes('Authorization')
          ? request.bytes
          : authorize(request.bytes, authorization);
      const answer = await client.send(bytes, request.isHead);
      isSent += 1;
      const what = `${operation.id} ${answer.status}`;
      tally.set(what, (tally.get(what) ?? 0) + 1);
      const found = answerFaults(operation, request, answer);
      if (found.length > 0)
        faults.push(
          `${operation.id}, ${request.kind}: ${found.join('; ')}\n${bytes.toString('latin1').slice(0, 600)}\n=> ${answer.status} ${answer.body.slice(0, 300)}`,
        );
    }
    return faults;
  };
  const countOf = (mustFail: boolean): number => (mustFail ? EACH - (EACH >> 2) : EACH >> 2);
  const sample = (operation: DocumentedOperation, mustFail: boolean, seed: number): OddRequest[] =>
    fc.sample(oddRequest(operation, mustFail), { seed, numRuns: countOf(mustFail) });

  describe.each([
    ['without authentication', {}],
    ['with authentication and scopes', { SECRETS_ENFORCE_SCOPES: 'true' }],
  ] as const)('%s', (name, env) => {
    const isAuthenticated = name.startsWith('with authentication');
    const seed = isAuthenticated ? SEED + 1000 : SEED;
    let running: RunningApp;
    let client: ByteClient;
    let authorization: string | undefined;

    beforeAll(async () => {
      running = await start({ ...(isAuthenticated ? issuer.env : {}), ...env });
      client = new ByteClient(running.url);
      const scope =
        'secrets.read secrets.write secrets.delete secrets.destroy secrets.rotate secrets.read_metadata secrets.set_owner';
      authorization = isAuthenticated
        ? `Bearer ${await issuer.sign({ scope, exp: Math.floor(Date.now() / 1000) + 86_400 })}`
        : undefined;
      const headers = authorization === undefined ? {} : { Authorization: authorization };
      await running.http
        .post('/api/secrets')
        .set(headers)
        .send({ uri: 'yaml://secret/app/api', value: { token: 'x' } })
        .expect(201);
    });
    afterAll(async () => {
      client.close();
      await running.close();
    });

    it(
      'malformed ones: refused as documented, and nothing is done',
      async () => {
        const file = readFileSync(running.yamlPath, 'utf8');
        store.clearCalls();
        const faults: string[] = [];
        for (const [index, operation] of DOCUMENTED.entries())
          faults.push(
            ...(await sendAll(client, operation, sample(operation, true, seed + index), authorization)),
          );
        expect(faults.slice(0, 10)).toEqual([]);
        expect(readFileSync(running.yamlPath, 'utf8')).toBe(file);
        expect(store.calls.filter(({ method }) => CHANGES.has(method))).toEqual([]);
      },
      TIMEOUT_MS,
    );

    it(
      'odd ones: answered as documented',
      async () => {
        const faults: string[] = [];
        for (const [index, operation] of DOCUMENTED.entries())
          faults.push(
            ...(await sendAll(client, operation, sample(operation, false, seed + index), authorization)),
          );
        expect(faults.slice(0, 10)).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });
});

function authorize(bytes: Buffer, authorization: string): Buffer {
  const line = bytes.indexOf('\r\n') + 2;
  return Buffer.concat([
    bytes.subarray(0, line),
    Buffer.from(`Authorization: ${authorization}\r\n`),
    bytes.subarray(line),
  ]);
}
