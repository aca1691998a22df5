import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

export interface BulkStore {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface BulkBody {
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly results: {
    readonly index: number;
    readonly op: string;
    readonly uri: string;
    readonly status: string;
    readonly code?: string;
  }[];
}

const KV2 = 'openbao+kv2://secret';
const YAML = 'yaml://secret';

/** Somebody does in one call what they scripted by hand. */
export function describeBulk(name: string, startStore: () => Promise<BulkStore>): void {
  describe(`bulk, ${name}`, () => {
    let store: BulkStore;
    let running: RunningApp;
    let count = 0;

    beforeAll(async () => {
      store = await startStore();
      running = await createApp(store.env);
    });
    afterAll(async () => {
      await running.close();
      await store.stop();
    });

    const fresh = (base = KV2): string => `${base}/bulk/case-${(count += 1)}`;
    const send = (operations: unknown, more: object = {}) =>
      running.http.post('/api/secrets/bulk').send({ operations, ...more });
    const bulk = async (operations: object[], more: object = {}): Promise<BulkBody> =>
      (await send(operations, more).expect(200)).body as BulkBody;
    const read = (uri: string) => running.http.get('/api/secrets/value').query({ uri });

    it('does every kind of operation, on both stores, and answers in order', async () => {
      const [kv2, yaml] = [fresh(), fresh(YAML)];
      const answer = await bulk([
        { op: 'set', uri: kv2, value: { a: 1, n: 2.5 } },
        { op: 'set', uri: `${yaml}#key`, value: 'x' },
        { op: 'rotate', uri: `${kv2}#a`, value: { deep: [null] } },
        { op: 'delete', uri: kv2 },
        { op: 'undelete', uri: kv2, versions: [2] },
        { op: 'destroy', uri: kv2, versions: [1] },
        { op: 'delete', uri: yaml },
        { op: 'rotate', uri: yaml, value: { back: 1 }, createIfMissing: true },
      ]);
      expect(answer).toMatchObject({ succeeded: 8, failed: 0, skipped: 0 });
      expect(answer.results.map(({ index, op, uri, status }) => [index, op, uri, status])).toEqual([
        [0, 'set', kv2, 'succeeded'],
        [1, 'set', `${yaml}#key`, 'succeeded'],
        [2, 'rotate', `${kv2}#a`, 'succeeded'],
        [3, 'delete', kv2, 'succeeded'],
        [4, 'undelete', kv2, 'succeeded'],
        [5, 'destroy', kv2, 'succeeded'],
        [6, 'delete', yaml, 'succeeded'],
        [7, 'rotate', yaml, 'succeeded'],
      ]);
      expect((await read(kv2).expect(200)).body).toEqual({ a: { deep: [null] }, n: 2.5 });
      expect((await read(yaml).expect(200)).body).toEqual({ back: 1 });
      await bulk([{ op: 'destroy', uri: kv2, all: true }]);
      expect((await read(kv2).expect(404)).body).toMatchObject({ code: 'SECRET_NOT_FOUND' });
    });

    it('keeps operations on one secret in their order', async () => {
      const uri = fresh();
      const operations = Array.from({ length: 10 }, (_, index) => ({ op: 'set', uri, value: { n: index } }));
      expect(await bulk(operations)).toMatchObject({ succeeded: 10 });
      for (let version = 1; version <= 10; version += 1) {
        expect((await read(`${uri}?version=${version}`)).body).toEqual({ n: version - 1 });
      }
    });

    it('fails what is wrong alone, each with its code', async () => {
      const uri = fresh();
      const answer = await bulk([
        { op: 'set', uri: 'nonsense', value: {} },
        { op: 'set', uri, value: 7 },
        { op: 'set', uri: `${uri}#k`, value: null },
        { op: 'rotate', uri, value: { k: 1 } },
        { op: 'set', uri: `${KV2.replace('secret', 'other')}/x`, value: {} },
        { op: 'undelete', uri: `${YAML}/x`, versions: [1] },
        { op: 'undelete', uri, versions: [0] },
        { op: 'undelete', uri, versions: [] },
        { op: 'destroy', uri: `${uri}#k`, all: true },
        { op: 'set', uri: `${uri}?version=2`, value: {} },
        { op: 'set', uri, value: { k: 1 } },
      ]);
      expect(answer).toMatchObject({ succeeded: 1, failed: 10, skipped: 0 });
      expect(answer.results.map(({ code }) => code)).toEqual([
        'INVALID_URI',
        'OBJECT_REQUIRED',
        'NULL_VALUE',
        'SECRET_NOT_FOUND',
        'TENANT_MOUNT_MISMATCH',
        'NOT_SUPPORTED',
        'INVALID_VERSION',
        'VERSIONS_REQUIRED',
        'FRAGMENT_NOT_ALLOWED',
        'VERSION_NOT_ALLOWED',
        undefined,
      ]);
      expect((await read(uri).expect(200)).body).toEqual({ k: 1 });
    });

    it('skips what comes after the first failure, where it is told to', async () => {
      const [first, second] = [fresh(), fresh()];
      const answer = await bulk(
        [
          { op: 'set', uri: first, value: { k: 1 } },
          { op: 'delete', uri: second },
          { op: 'set', uri: second, value: { k: 1 } },
        ],
        { continueOnError: false },
      );
      expect(answer).toMatchObject({ succeeded: 1, failed: 1, skipped: 1 });
      expect(answer.results.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'skipped']);
      await read(second).expect(404);
    });

    it.each<[string, unknown, object?]>([
      ['no list', {}],
      ['an empty list', []],
      ['over 100', Array.from({ length: 101 }, () => ({ op: 'delete', uri: `${KV2}/x` }))],
      ['no object', ['set']],
      ['an unknown operation', [{ op: 'read', uri: `${KV2}/x` }]],
      ['an operation of the prototype', [{ op: 'constructor', uri: `${KV2}/x` }]],
      ['no address', [{ op: 'delete' }]],
      ['an address that is no text', [{ op: 'delete', uri: 1 }]],
      ['no value', [{ op: 'set', uri: `${KV2}/x` }]],
      ['an unknown field', [{ op: 'delete', uri: `${KV2}/x`, force: true }]],
      ['a field of another operation', [{ op: 'delete', uri: `${KV2}/x`, versions: [1] }]],
      ['neither versions nor all', [{ op: 'destroy', uri: `${KV2}/x` }]],
      ['versions and all', [{ op: 'destroy', uri: `${KV2}/x`, versions: [1], all: true }]],
      ['all as false', [{ op: 'destroy', uri: `${KV2}/x`, all: false }]],
      ['versions as text', [{ op: 'undelete', uri: `${KV2}/x`, versions: '1' }]],
      ['createIfMissing as text', [{ op: 'rotate', uri: `${KV2}/x`, value: {}, createIfMissing: 'yes' }]],
      ['continueOnError as text', [{ op: 'delete', uri: `${KV2}/x` }], { continueOnError: 'no' }],
      ['an unknown field beside', [{ op: 'delete', uri: `${KV2}/x` }], { dryRun: true }],
    ])('does nothing at all where the body is malformed: %s', async (_name, operations, more = {}) => {
      const uri = fresh();
      const good = { op: 'set', uri, value: { k: 1 } };
      const list: unknown[] | null =
        Array.isArray(operations) && operations.length > 0 ? (operations as unknown[]) : null;
      const { body } = await send(list === null ? operations : [good, ...list], more).expect(400);
      expect((body as { code: string }).code).toBe('INVALID_REQUEST');
      await read(uri).expect(404);
    });

    it('records each operation by itself', async () => {
      const [first, second] = [fresh(), fresh()];
      const before = running.records.length;
      await bulk([
        { op: 'set', uri: first, value: { k: 1 } },
        { op: 'delete', uri: second },
        { op: 'destroy', uri: 'nonsense', all: true },
      ]);
      const seen = running.records.slice(before);
      expect(seen.map(({ event, purpose, effect, code }) => [event, purpose, effect, code]).sort()).toEqual([
        ['secret.delete', 'delete', 'permit', 'SECRET_NOT_FOUND'],
        ['secret.destroy', 'destroy_versions', 'error', 'INVALID_URI'],
        ['secret.write', 'write', 'permit', null],
      ]);
      expect(new Set(seen.map(({ correlation_id: id }) => id)).size).toBe(1);
      expect(new Set(seen.map(({ decision_id: id }) => id)).size).toBe(3);
    });
  });
}
