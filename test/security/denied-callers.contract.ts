import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import type { KvStoreUnderTest } from '../support/kv2-server/kv-store-under-test.js';
import type { RecordedCall } from '../support/kv2-server/recorded-call.js';
import { OPERATION_IDS, OPERATION_REQUESTS } from './operation-requests.js';
import type { AddressedOperation, ApiCall } from './operation-requests.js';
import { exchange } from './raw-exchange.js';

/** A store that tells what it was asked, where it can. */
export type WatchedStore = KvStoreUnderTest & { calls?: RecordedCall[]; clearCalls?: () => void };

const ROOT = 'openbao+kv2://secret/app';
/** One name each for what can be the case with a secret; all of one length, as a body may carry an address. */
const STATES = ['live', 'none', 'soft', 'dust', 'wipe'] as const;
/** Denies without a look at the secret; of two folders it shows what is in them, as far as it may be seen. */
const PLAIN_POLICY = `
@id("open") permit (principal, action == Action::"read", resource) when { resource.uri == "${ROOT}/open" };
@id("full") permit (principal, action == Action::"read_metadata", resource) when { resource.uri == "${ROOT}/full/" };
@id("void") permit (principal, action == Action::"read_metadata", resource) when { resource.uri == "${ROOT}/void/" };
`;
/** Denies everybody but an owner that nobody is, so that the facts of every secret are read first. */
const FACTS_POLICY = `
@id("owners") permit (principal, action, resource)
when { context.resource_attributes has owner && context.resource_attributes.owner == "nobody-at-all" };
`;

/** From a secret that may be read: it is not, as long as the destination is not permitted. */
function ontoIt({ body, ...call }: ApiCall): ApiCall {
  return { ...call, body: { fromUri: `${ROOT}/open`, toUri: (body as { fromUri: string }).fromUri } };
}

/** Calls that differ from the plain one of their operation in something that a store would be asked about. */
const PROBES: readonly [string, AddressedOperation, (call: ApiCall) => ApiCall, Record<string, string>?][] = [
  ['writes where nothing is', 'writeSecret', (call) => call, { 'if-none-match': '*' }],
  ['writes over a version', 'writeSecret', (call) => call, { 'if-match': '"1"' }],
  ['deletes a version', 'deleteSecret', (call) => call, { 'if-match': '"1"' }],
  ['reads an old version', 'readSecretValue', (call) => ({ ...call, path: `${call.path}&version=1` })],
  ['reads one key', 'readSecretValue', (call) => ({ ...call, path: `${call.path}&fragment=token` })],
  ['asks for the head', 'readSecretValue', (call) => ({ ...call, method: 'HEAD' })],
  ['copies onto it', 'copySecret', ontoIt],
  ['moves onto it', 'moveSecret', ontoIt],
];

/**
 * Who is denied learns nothing of what exists: over every operation the answers are the same, byte by byte but for the
 * id of the decision, whether the secret is there, was never there, is deleted, destroyed or wiped.
 */
export function describeDeniedCallers(title: string, startStore: () => Promise<WatchedStore>): void {
  describe.each([
    ['by a policy that looks at nothing', PLAIN_POLICY, /^$/],
    [
      'by a policy that looks at the owner',
      FACTS_POLICY,
      /^GET \/v1\/secret\/metadata\/app\/\w{4}(-copy|-moved)?$/,
    ],
  ])(`${title}: denied %s`, (_title, policy, allowedCalls) => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-denied-'));
    let store: WatchedStore;
    let running: RunningApp;
    const askedInAll: string[] = [];

    beforeAll(async () => {
      writeFileSync(join(folder, 'policy.cedar'), policy);
      store = await startStore();
      await fill(store);
      running = await createApp({
        OPENBAO_URL: store.url,
        OPENBAO_TOKEN: store.rootToken,
        ENABLE_AUTHORIZATION: 'true',
        PDP_ENGINE: 'cedar',
        PDP_POLICY_DIR: folder,
      });
      // The service looks once whether the mount is KV v2; that is not about a secret.
      await exchange(running.url, OPERATION_REQUESTS.getMetadata(`${ROOT}/live`));
    });
    afterAll(async () => {
      await running.close();
      await store.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const observe = async (call: ApiCall, headers: Record<string, string> = {}) => {
      const answer = await exchange(running.url, call, { ...headers, 'x-correlation-id': 'one-for-all' });
      const rawHeaders = answer.rawHeaders.map((text, index, all) =>
        all[index - 1]?.toLowerCase() === 'date' ? '…' : text,
      );
      const body = answer.body.replace(/"decision_id":"cedar-[\w-]{36}"/, '"decision_id":"…"');
      return { status: answer.status, rawHeaders, body, bytes: answer.body.length };
    };

    const expectNoDifference = async (
      makeCall: (uri: string) => ApiCall,
      { headers = {}, status = 403 }: { headers?: Record<string, string>; status?: number } = {},
    ): Promise<void> => {
      store.clearCalls?.();
      const seen = [];
      for (const state of STATES) {
        const call = makeCall(`${ROOT}/${state}`);
        // Twice: the second answer comes out of the remembered denial.
        seen.push(await observe(call, headers), await observe(call, headers));
      }
      const [first] = seen;
      expect(first?.status).toBe(status);
      for (const answer of seen) expect(answer).toEqual(first);
      const asked = store.calls?.map(({ method, path }) => `${method} ${path}`) ?? [];
      expect(asked.filter((call) => !allowedCalls.test(call))).toEqual([]);
      askedInAll.push(...asked);
    };

    it.each(OPERATION_IDS)('tells nothing over %s', async (operation) => {
      const make = OPERATION_REQUESTS[operation];
      // The YAML route: that it does not know this store is said before anybody is asked.
      const status = operation === 'readSecret' ? 501 : 403;
      await expectNoDifference((uri) => make(uri), { status });
    });

    it.each(PROBES)('tells nothing to who %s', async (_name, operation, change, headers = {}) => {
      const make = OPERATION_REQUESTS[operation];
      await expectNoDifference((uri) => change(make(uri)), { headers });
    });

    it('knows every operation of the service that is about one secret', async () => {
      const answer = await fetch(`${running.url}/api/openapi.json`);
      const { paths } = (await answer.json()) as {
        paths: Record<string, Record<string, { operationId?: string }>>;
      };
      const documented = Object.entries(paths)
        .filter(([path]) => path.startsWith('/api/secrets'))
        .flatMap(([, methods]) => Object.values(methods).map(({ operationId = '' }) => operationId));
      expect(documented).toContain('readSecretValue');
      const known: readonly string[] = OPERATION_IDS;
      const others = ['bulk', 'checkSecrets', 'streamEvents', 'listAudit'];
      expect(documented.filter((id) => !known.includes(id) && !others.includes(id))).toEqual([]);
    });

    it('asks the store for facts only where the policy looks at them', () => {
      const isTold = store.calls !== undefined;
      expect(askedInAll.length > 0).toBe(isTold && policy === FACTS_POLICY);
    });

    it('changes nothing: what was there is there', async () => {
      expect(await statesOf(store)).toEqual({ live: 200, none: 404, soft: 404, dust: 404, wipe: 404 });
      const metadata = await store.request('GET', '/secret/metadata/app/live');
      expect(metadata.body).toMatchObject({ data: { current_version: 1, custom_metadata: { owner: 'o' } } });
    });

    if (policy === PLAIN_POLICY) {
      it.each(['listMetadata', 'searchSecrets'] as const)(
        'shows a folder of denied secrets as one with nothing in it: %s',
        async (operation) => {
          const list = (name: string) => observe(OPERATION_REQUESTS[operation](`${ROOT}/${name}/`));
          const [full, empty] = [await list('full'), await list('void')];
          expect(full).toEqual(empty);
          expect(full).toMatchObject({ status: 200, body: expect.stringContaining('"items":[]') });
        },
      );
    }
  });
}

async function fill(store: KvStoreUnderTest): Promise<void> {
  const call = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status, text } = await store.request(method, path, body, { headers: { 'x-test-setup': '1' } });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  };
  for (const name of ['live', 'open', 'soft', 'dust', 'wipe', 'full/one', 'full/two']) {
    await call('POST', `/secret/data/app/${name}`, { data: { token: 'x' } });
    await call('POST', `/secret/metadata/app/${name}`, { custom_metadata: { owner: 'o' } });
  }
  await call('DELETE', '/secret/data/app/soft');
  await call('PUT', '/secret/destroy/app/dust', { versions: [1] });
  await call('DELETE', '/secret/metadata/app/wipe');
}

async function statesOf(store: KvStoreUnderTest): Promise<Record<string, number>> {
  const found = STATES.map(async (state): Promise<[string, number]> => {
    const { status } = await store.request('GET', `/secret/data/app/${state}`);
    return [state, status];
  });
  return Object.fromEntries(await Promise.all(found));
}
