import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

export interface TransferStore {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const KV2 = 'openbao+kv2://secret';
const YAML = 'yaml://secret';

/** Somebody takes secrets from the laptop into the store, within it, and back. */
export function describeTransfer(name: string, startStore: () => Promise<TransferStore>): void {
  describe(`copy and move, ${name}`, () => {
    let store: TransferStore;
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

    /** A path that no other case uses. */
    const fresh = (): string => `transfer/case-${(count += 1)}`;
    const write = (uri: string, value: unknown) => running.http.post('/api/secrets').send({ uri, value });
    const read = (uri: string) => running.http.get('/api/secrets/value').query({ uri });
    const copy = (body: object) => running.http.post('/api/secrets/copy').send(body);
    const move = (body: object) => running.http.post('/api/secrets/move').send(body);
    const codeOf = ({ status, body }: { status: number; body: unknown }) => [
      status,
      (body as { code?: string }).code,
    ];

    it.each([
      [YAML, KV2],
      [KV2, YAML],
      [KV2, KV2],
      [YAML, YAML],
    ])('copies a secret from %s to %s', async (from, to) => {
      const [source, target] = [`${from}/${fresh()}`, `${to}/${fresh()}`];
      await write(source, { token: 't', n: 1.5, nested: { a: [1, null, { b: true }] } }).expect(201);
      const { body, headers } = await copy({ fromUri: source, toUri: target }).expect(201);
      expect(body).toEqual({ fromUri: source, toUri: target, ...(to === KV2 && { version: 1 }) });
      expect(headers['etag']).toBe(to === KV2 ? '"1"' : undefined);
      expect((await read(target).expect(200)).body).toEqual((await read(source).expect(200)).body);
    });

    it.each([
      [YAML, KV2],
      [KV2, YAML],
      [KV2, KV2],
      [YAML, YAML],
    ])('moves a secret from %s to %s', async (from, to) => {
      const [source, target] = [`${from}/${fresh()}`, `${to}/${fresh()}`];
      await write(source, { token: 't' }).expect(201);
      await move({ fromUri: source, toUri: target }).expect(201);
      expect((await read(target).expect(200)).body).toEqual({ token: 't' });
      expect(codeOf(await read(source))).toEqual([404, from === KV2 ? 'SECRET_DELETED' : 'SECRET_NOT_FOUND']);
    });

    it('copies and moves one key, beside what is there, without unwrapping', async () => {
      const [source, target] = [`${YAML}/${fresh()}`, `${KV2}/${fresh()}`];
      await write(source, { token: { other: 'x' }, stays: 1, empty: null }).expect(201);
      await write(target, { there: 1 }).expect(201);
      await copy({ fromUri: `${source}#token`, toUri: `${target}#other` }).expect(200);
      await copy({ fromUri: `${source}#empty`, toUri: `${target}#empty` }).expect(200);
      await move({ fromUri: `${source}#token`, toUri: `${target}#moved` }).expect(200);
      expect((await read(target)).body).toEqual({
        there: 1,
        other: { other: 'x' },
        empty: null,
        moved: { other: 'x' },
      });
      expect((await read(source)).body).toEqual({ stays: 1, empty: null });
    });

    it('moves the last key, and the secret goes with it', async () => {
      const [source, target] = [`${KV2}/${fresh()}`, `${KV2}/${fresh()}`];
      await write(`${source}#only`, 'x').expect(201);
      await move({ fromUri: `${source}#only`, toUri: `${target}#only` }).expect(201);
      expect(codeOf(await read(source))).toEqual([404, 'SECRET_DELETED']);
    });

    it.each([YAML, KV2])('writes over nothing at %s unless it is told to', async (to) => {
      const [source, target] = [`${YAML}/${fresh()}`, `${to}/${fresh()}`];
      await write(source, { k: 'new' }).expect(201);
      await write(target, { k: 'old', other: 1 }).expect(201);
      expect(codeOf(await copy({ fromUri: source, toUri: target }))).toEqual([409, 'ALREADY_EXISTS']);
      expect(codeOf(await move({ fromUri: source, toUri: target }))).toEqual([409, 'ALREADY_EXISTS']);
      expect(codeOf(await copy({ fromUri: `${source}#k`, toUri: `${target}#k` }))).toEqual([
        409,
        'ALREADY_EXISTS',
      ]);
      expect((await read(target)).body).toEqual({ k: 'old', other: 1 });
      await copy({ fromUri: `${source}#k`, toUri: `${target}#k`, overwrite: true }).expect(200);
      expect((await read(target)).body).toEqual({ k: 'new', other: 1 });
      await copy({ fromUri: source, toUri: target, overwrite: true }).expect(200);
      expect((await read(target)).body).toEqual({ k: 'new' });
    });

    it('takes a deleted secret for one that exists', async () => {
      const [source, target] = [`${YAML}/${fresh()}`, `${KV2}/${fresh()}`];
      await write(source, { k: 1 }).expect(201);
      await write(target, { k: 0 }).expect(201);
      await running.http.delete('/api/secrets').query({ uri: target }).expect(200);
      expect(codeOf(await copy({ fromUri: source, toUri: target }))).toEqual([409, 'ALREADY_EXISTS']);
    });

    it('copies a pinned version, and moves none', async () => {
      const [source, target] = [`${KV2}/${fresh()}`, `${KV2}/${fresh()}`];
      await write(source, { k: 'first' }).expect(201);
      await write(source, { k: 'second' }).expect(200);
      await copy({ fromUri: `${source}?version=1`, toUri: target }).expect(201);
      expect((await read(target)).body).toEqual({ k: 'first' });
      expect(codeOf(await move({ fromUri: `${source}?version=1`, toUri: target }))).toEqual([
        400,
        'VERSION_NOT_ALLOWED',
      ]);
      expect(codeOf(await copy({ fromUri: source, toUri: `${target}?version=1` }))).toEqual([
        400,
        'VERSION_NOT_ALLOWED',
      ]);
    });

    it('honours conditions on the destination', async () => {
      const [source, target] = [`${YAML}/${fresh()}`, `${KV2}/${fresh()}`];
      await write(source, { k: 1 }).expect(201);
      await write(target, { k: 0 }).expect(201);
      const withMatch = (version: number) =>
        copy({ fromUri: source, toUri: target, overwrite: true }).set('If-Match', `"${version}"`);
      expect(codeOf(await withMatch(2))).toEqual([412, 'PRECONDITION_FAILED']);
      await withMatch(1).expect(200);
      const ifNone = await copy({ fromUri: source, toUri: target }).set('If-None-Match', '*');
      expect(codeOf(ifNone)).toEqual([412, 'PRECONDITION_FAILED']);
    });

    it('refuses numbers that the destination would round', async () => {
      const [source, target] = [`${YAML}/${fresh()}`, `${KV2}/${fresh()}`];
      await running.http
        .post('/api/secrets')
        .set('Content-Type', 'application/json')
        .send(`{"uri":"${source}","value":{"n":9007199254740993}}`)
        .expect(201);
      expect(codeOf(await copy({ fromUri: source, toUri: target }))).toEqual([400, 'NUMBER_PRECISION']);
      expect(codeOf(await move({ fromUri: source, toUri: target }))).toEqual([400, 'NUMBER_PRECISION']);
      await read(source).expect(200);
    });

    it.each([
      ['the same address', (uri: string) => ({ fromUri: uri, toUri: uri })],
      ['a key to a secret', (uri: string) => ({ fromUri: `${uri}#k`, toUri: `${uri}-other` })],
      ['a secret to a key', (uri: string) => ({ fromUri: uri, toUri: `${uri}-other#k` })],
      ['no destination', (uri: string) => ({ fromUri: uri })],
      ['an unknown field', (uri: string) => ({ fromUri: uri, toUri: `${uri}-other`, force: true })],
      ['overwrite as text', (uri: string) => ({ fromUri: uri, toUri: `${uri}-other`, overwrite: 'yes' })],
    ])('refuses %s', async (_name, body) => {
      const uri = `${YAML}/${fresh()}`;
      await write(uri, { k: 1 }).expect(201);
      expect(codeOf(await copy(body(uri)))).toEqual([400, 'INVALID_REQUEST']);
      expect(codeOf(await move(body(uri)))).toEqual([400, 'INVALID_REQUEST']);
      await read(uri).expect(200);
    });

    it('says what is not there', async () => {
      const target = `${KV2}/${fresh()}`;
      expect(codeOf(await copy({ fromUri: `${YAML}/${fresh()}`, toUri: target }))).toEqual([
        404,
        'SECRET_NOT_FOUND',
      ]);
      const source = `${KV2}/${fresh()}`;
      await write(source, { k: 1 }).expect(201);
      expect(codeOf(await move({ fromUri: `${source}#none`, toUri: `${target}#k` }))).toEqual([
        404,
        'FRAGMENT_NOT_FOUND',
      ]);
      expect(codeOf(await read(target))).toEqual([404, 'SECRET_NOT_FOUND']);
    });

    it('has two records for a copy and three for a move, the third under the decision of the first', async () => {
      const [source, copied, moved] = [`${YAML}/${fresh()}`, `${KV2}/${fresh()}`, `${KV2}/${fresh()}`];
      await write(source, { k: 1 }).expect(201);
      const before = running.records.length;
      await copy({ fromUri: source, toUri: copied }).expect(201);
      await move({ fromUri: source, toUri: moved }).expect(201);
      const seen = running.records.slice(before);
      expect(seen.map(({ event, purpose, effect, version }) => [event, purpose, effect, version])).toEqual([
        ['secret.copy', 'read', 'permit', null],
        ['secret.copy', 'write', 'permit', 1],
        ['secret.move', 'read', 'permit', null],
        ['secret.move', 'write', 'permit', 1],
        ['secret.move', 'delete', 'permit', null],
      ]);
      expect(seen[4]?.decision_id).toBe(seen[2]?.decision_id);
      expect(seen[3]?.decision_id).not.toBe(seen[2]?.decision_id);
      expect(seen[4]?.resource_ref).toBe(seen[2]?.resource_ref);
    });
  });
}
