import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

export interface IdempotencyStore {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const KV2 = 'openbao+kv2://secret';
const YAML = 'yaml://secret';

/** Somebody sends a request again, since the answer did not come. */
export function describeIdempotency(name: string, startStore: () => Promise<IdempotencyStore>): void {
  describe(`Idempotency-Key, ${name}`, () => {
    let store: IdempotencyStore;
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

    const fresh = (base = KV2): string => `${base}/again/case-${(count += 1)}`;
    const newKey = (): string => `key ${(count += 1)}`;
    const send = (path: string, key: string, body: object) =>
      running.http.post(`/api/secrets${path}`).set('Idempotency-Key', key).send(body);
    const versionsOf = async (uri: string): Promise<number> => {
      const { body } = await running.http.get('/api/secrets/versions').query({ uri }).expect(200);
      return (body as { versions: unknown[] }).versions.length;
    };
    const codeOf = ({ body }: { body: unknown }): string => (body as { code: string }).code;

    it('lets a write count once and answers as the first time', async () => {
      const [uri, key] = [fresh(), newKey()];
      const body = { uri, value: { a: 1, b: [1.5, null] } };
      const first = await send('', key, body).expect(201);
      expect(first.headers['idempotency-replayed']).toBeUndefined();
      const again = await send('', key, { value: { b: [1.5, null], a: 1 }, uri }).expect(201);
      expect(again.body).toEqual(first.body);
      expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', etag: '"1"' });
      expect(await versionsOf(uri)).toBe(1);
    });

    it('lets a rotation and a key of a secret count once', async () => {
      const [uri, key, other] = [fresh(), newKey(), newKey()];
      await send('', newKey(), { uri, value: { a: 1, b: 2 } }).expect(201);
      const rotated = await send('/rotate', key, { uri: `${uri}#a`, value: 'x' }).expect(200);
      expect((await send('/rotate', key, { uri: `${uri}#a`, value: 'x' }).expect(200)).body).toEqual(
        rotated.body,
      );
      // The same key under another operation is another request.
      await send('', key, { uri: `${uri}#a`, value: 'x' }).expect(200);
      await send('', other, { uri: `${uri}#a`, value: 'x' }).expect(200);
      expect(await versionsOf(uri)).toBe(4);
    });

    it('applies once what is sent 50 times at the same moment', async () => {
      const [uri, key] = [fresh(), newKey()];
      const body = { uri: `${uri}#token`, value: 'v' };
      const answers = await Promise.all(Array.from({ length: 50 }, () => send('', key, body)));
      const done = answers.filter(({ status }) => status === 201);
      const waiting = answers.filter(({ status }) => status !== 201);
      expect(done.length).toBeGreaterThanOrEqual(1);
      expect(new Set(waiting.map(codeOf))).toEqual(
        new Set(waiting.length > 0 ? ['IDEMPOTENCY_IN_PROGRESS'] : []),
      );
      expect(done.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
      expect(await versionsOf(uri)).toBe(1);
    });

    it('refuses another request under the same key', async () => {
      const [uri, key] = [fresh(), newKey()];
      await send('', key, { uri, value: { a: 1 } }).expect(201);
      for (const body of [
        { uri, value: { a: 2 } },
        { uri: `${uri}-other`, value: { a: 1 } },
        { uri, value: { a: [1] } },
        { uri, value: { a: '1' } },
      ]) {
        const answer = await send('', key, body).expect(422);
        expect(codeOf(answer)).toBe('IDEMPOTENCY_KEY_REUSED');
      }
      const conditional = send('', key, { uri, value: { a: 1 } }).set('If-None-Match', '*');
      expect(codeOf(await conditional.expect(422))).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(await versionsOf(uri)).toBe(1);
    });

    it('answers a refusal of the store as the first time, though it would be taken by now', async () => {
      const [uri, key] = [fresh(), newKey()];
      const rotate = () => send('/rotate', key, { uri, value: { a: 1 } });
      expect(codeOf(await rotate().expect(404))).toBe('SECRET_NOT_FOUND');
      await send('', newKey(), { uri, value: { a: 0 } }).expect(201);
      const again = await rotate().expect(404);
      expect([codeOf(again), again.headers['idempotency-replayed']]).toEqual(['SECRET_NOT_FOUND', 'true']);
      expect(await versionsOf(uri)).toBe(1);
    });

    it('does not keep a malformed request: the key is free for the right one', async () => {
      const [uri, key] = [fresh(), newKey()];
      await send('', key, { uri, value: 'no object' }).expect(400);
      await send('', key, { uri, value: { a: 1 } }).expect(201);
    });

    it.each([
      ['empty', ''],
      ['long', 'k'.repeat(256)],
      ['not ASCII', 'schl\u00fcssel'],
      ['a tab', 'a\tb'],
    ])('refuses a key that is %s', async (_name, key) => {
      const answer = await send('', key, { uri: fresh(), value: { a: 1 } }).expect(400);
      expect(codeOf(answer)).toBe('INVALID_REQUEST');
    });

    it('copies and moves once', async () => {
      const [from, to, moved] = [fresh(), fresh(), fresh(YAML)];
      await send('', newKey(), { uri: from, value: { a: 1 } }).expect(201);
      const copyKey = newKey();
      const copied = await send('/copy', copyKey, { fromUri: from, toUri: to }).expect(201);
      const copiedAgain = await send('/copy', copyKey, { fromUri: from, toUri: to }).expect(201);
      expect(copiedAgain.body).toEqual(copied.body);
      expect(await versionsOf(to)).toBe(1);
      const moveKey = newKey();
      const body = { fromUri: from, toUri: moved };
      const first = await send('/move', moveKey, body).expect(201);
      const again = await send('/move', moveKey, body).expect(201);
      expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
      const read = await running.http.get('/api/secrets/value').query({ uri: moved }).expect(200);
      expect(read.body).toEqual({ a: 1 });
    });

    it('does a bulk once, with the outcome and a record of each operation each time', async () => {
      const [uri, missing, key] = [fresh(), fresh(), newKey()];
      const body = {
        operations: [
          { op: 'set', uri, value: { a: 1 } },
          { op: 'rotate', uri: missing, value: { a: 1 } },
          { op: 'set', uri: `${uri}#a`, value: 2 },
        ],
      };
      const first = await send('/bulk', key, body).expect(200);
      expect(first.body).toMatchObject({ succeeded: 2, failed: 1 });
      const before = running.records.length;
      const again = await send('/bulk', key, body).expect(200);
      expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
      const records = running.records.slice(before).map(({ event, code }) => [event, code]);
      expect(records).toEqual(
        expect.arrayContaining([
          ['secret.write', null],
          ['secret.rotate', 'SECRET_NOT_FOUND'],
          ['secret.write', null],
        ]),
      );
      expect(records).toHaveLength(3);
      expect(await versionsOf(uri)).toBe(2);
    });

    it('records a repeated request like any other', async () => {
      const [uri, key] = [fresh(), newKey()];
      await send('', key, { uri, value: { a: 1 } }).expect(201);
      const before = running.records.length;
      await send('', key, { uri, value: { a: 1 } }).expect(201);
      expect(running.records.slice(before)).toMatchObject([
        { event: 'secret.write', effect: 'permit', version: 1, code: null },
      ]);
    });
  });
}
