import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

/** A developer on a laptop: one secret of the YAML store, its whole life over HTTP. */
describe('one secret in the YAML store', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await createApp();
  });
  afterAll(() => running.close());

  const read = (uri: string) => running.http.get('/api/secrets/value').query({ uri });
  const write = (uri: string, value: unknown) => running.http.post('/api/secrets').send({ uri, value });

  it('writes a map and reads it back over both reads', async () => {
    const written = await write('yaml://secret/app/api', { token: 'abc', port: 5432 }).expect(201);
    expect(written.body).toEqual({ uri: 'yaml://secret/app/api', created: true });
    expect(written.headers).not.toHaveProperty('etag');
    const value = await read('yaml://secret/app/api').expect(200);
    expect(value.body).toEqual({ token: 'abc', port: 5432 });
    expect(value.headers['cache-control']).toBe('no-store');
    const whole = await running.http.get('/api/secrets').query({ uri: 'yaml://secret/app/api' }).expect(200);
    expect(whole.body).toEqual(value.body);
  });

  it('writes and reads one key by the fragment of the address, or by the parameter', async () => {
    await write('yaml://secret/app/db', { user: 'u', password: 'old' }).expect(201);
    await write('yaml://secret/app/db#password', 'new').expect(200, {
      uri: 'yaml://secret/app/db#password',
      created: false,
    });
    await read('yaml://secret/app/db#password').expect(200, { value: 'new' });
    await running.http
      .get('/api/secrets/value')
      .query({ uri: 'yaml://secret/app/db', fragment: 'user' })
      .expect(200, { value: 'u' });
  });

  it('unwraps an object whose only key is the fragment, and no other', async () => {
    await write('yaml://secret/app/wrap#token', { token: 'x' }).expect(201);
    await read('yaml://secret/app/wrap#token').expect(200, { value: 'x' });
    await write('yaml://secret/app/wrap#token', { token: 'x', more: 1 }).expect(200);
    await read('yaml://secret/app/wrap#token').expect(200, { value: { token: 'x', more: 1 } });
  });

  it('keeps numbers digit for digit on the wire', async () => {
    const body =
      '{"uri":"yaml://secret/app/numbers","value":{"big":9007199254740993,"fine":0.10,"tiny":1e-400}}';
    await running.http.post('/api/secrets').set('Content-Type', 'application/json').send(body).expect(201);
    const { text } = await read('yaml://secret/app/numbers').expect(200);
    expect(text).toBe('{"big":9007199254740993,"fine":0.10,"tiny":1e-400}');
  });

  it('takes __proto__ and the empty string as keys like others', async () => {
    const body = '{"uri":"yaml://secret/app/odd","value":{"__proto__":{"a":1},"":2,"constructor":3}}';
    await running.http.post('/api/secrets').set('Content-Type', 'application/json').send(body).expect(201);
    const { text } = await read('yaml://secret/app/odd').expect(200);
    expect(JSON.parse(text)).toEqual(JSON.parse('{"__proto__":{"a":1},"":2,"constructor":3}'));
    await read('yaml://secret/app/odd#__proto__').expect(200, { value: { a: 1 } });
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('rotates only what exists, unless told otherwise', async () => {
    const rotate = (body: object) => running.http.post('/api/secrets/rotate').send(body);
    const missing = await rotate({ uri: 'yaml://secret/app/none', value: { a: 1 } }).expect(404);
    expect(missing.body.code).toBe('SECRET_NOT_FOUND');
    const noKey = await rotate({ uri: 'yaml://secret/app/db#none', value: 'x' }).expect(404);
    expect(noKey.body.code).toBe('FRAGMENT_NOT_FOUND');
    await rotate({ uri: 'yaml://secret/app/db#password', value: 'rotated' }).expect(200);
    await read('yaml://secret/app/db').expect(200, { user: 'u', password: 'rotated' });
    await rotate({ uri: 'yaml://secret/app/none', value: { a: 1 }, createIfMissing: true }).expect(201);
  });

  it('deletes a key, then with its last key the secret', async () => {
    const remove = (uri: string) => running.http.delete('/api/secrets').query({ uri });
    await write('yaml://secret/app/gone', { a: 1, b: 2 }).expect(201);
    await remove('yaml://secret/app/gone#a').expect(200, { uri: 'yaml://secret/app/gone#a', deleted: 'key' });
    await read('yaml://secret/app/gone').expect(200, { b: 2 });
    await remove('yaml://secret/app/gone#b').expect(200, { uri: 'yaml://secret/app/gone#b', deleted: 'key' });
    expect((await read('yaml://secret/app/gone').expect(404)).body.code).toBe('SECRET_NOT_FOUND');
    expect((await remove('yaml://secret/app/gone').expect(404)).body.code).toBe('SECRET_NOT_FOUND');
  });

  it('deletes the secret, with destroy too', async () => {
    await write('yaml://secret/app/whole', { a: 1 }).expect(201);
    await running.http
      .delete('/api/secrets')
      .query({ uri: 'yaml://secret/app/whole', destroy: 'true' })
      .expect(200, { uri: 'yaml://secret/app/whole', deleted: 'secret' });
    expect((await read('yaml://secret/app/whole').expect(404)).body.code).toBe('SECRET_NOT_FOUND');
  });

  it('lists what lies under a prefix, page by page', async () => {
    for (const name of ['a', 'b', 'c/d', 'c'])
      await write(`yaml://secret/list/${name}`, { k: 1 }).expect(201);
    await write('yaml://secret/listing', { k: 1 }).expect(201);
    const list = (query: object) =>
      running.http.get('/api/secrets/metadata').query({ prefix: 'yaml://secret/list/', ...query });
    const names = (body: { items: { uri: string }[] }) =>
      body.items.map(({ uri }) => uri.replace('yaml://secret/list/', ''));
    const all = await list({}).expect(200);
    expect(names(all.body)).toEqual(['a', 'b', 'c', 'c/d']);
    expect(all.body).toMatchObject({ next_cursor: null, offset: 0, limit: 100 });
    const first = await list({ limit: 3 }).expect(200);
    expect(names(first.body)).toEqual(['a', 'b', 'c']);
    const second = await list({ limit: 3, cursor: first.body.next_cursor }).expect(200);
    expect(names(second.body)).toEqual(['c/d']);
    expect(second.body.next_cursor).toBeNull();
    expect(names((await list({ offset: 3 }).expect(200)).body)).toEqual(['c/d']);
    const elsewhere = running.http
      .get('/api/secrets/metadata')
      .query({ prefix: 'yaml://secret/', cursor: first.body.next_cursor });
    await elsewhere.expect(400);
  });

  it('lists keys without values', async () => {
    const { body } = await running.http
      .get('/api/secrets/keys')
      .query({ uri: 'yaml://secret/app/db' })
      .expect(200);
    expect(body).toEqual({ uri: 'yaml://secret/app/db', keys: ['user', 'password'] });
  });

  it.each([
    ['get', '/api/secrets/metadata/detail', { uri: 'yaml://secret/app/db' }],
    ['get', '/api/secrets/versions', { uri: 'yaml://secret/app/db' }],
    ['get', '/api/secrets/value', { uri: 'yaml://secret/app/db', version: '1' }],
  ] as const)('answers 501 to what needs versions: %s %s', async (method, path, query) => {
    const { body } = await running.http[method](path).query(query).expect(501);
    expect(body.code).toBe('NOT_SUPPORTED');
  });

  it('records each operation without value or address', () => {
    const events = new Set(running.records.map(({ event }) => event));
    expect([...events].sort()).toEqual([
      'secret.delete',
      'secret.destroy',
      'secret.metadata.read',
      'secret.read',
      'secret.rotate',
      'secret.write',
    ]);
    const text = JSON.stringify(running.records);
    expect(text).not.toMatch(/yaml:\/\/|rotated|app\/db/);
    expect(
      running.records.every(
        ({ effect, decision_id }) => effect !== 'permit' || decision_id?.startsWith('unenforced-'),
      ),
    ).toBe(true);
  });
});
