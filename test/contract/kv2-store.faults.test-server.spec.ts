import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { callStore } from '../support/kv2-server/store-http.js';

/** What the test server can do that a real store does not do on request: break, and remember who called. */
describe('KV v2 test server: faults and calls', () => {
  let server: Kv2Server;

  beforeEach(async () => {
    server = await startKv2Server();
  });
  afterEach(async () => {
    await server.stop();
  });

  const read = () => server.request('GET', '/secret/data/x');
  const write = () => server.request('POST', '/secret/data/x', { data: { n: 1 } });
  const currentVersion = async () => (await server.request('GET', '/secret/metadata/x')).data.current_version;

  it('records calls, and not those that set a test up', async () => {
    await server.writePolicy('reads', 'path "secret/*" { capabilities = ["read"] }');
    const token = await server.createToken({ policies: ['reads'] });
    await server.request('GET', '/secret/data/app%20x?version=2', undefined, { token, namespace: '' });
    await server.request('POST', '/secret/data/y', { data: {} }, { token });
    expect(server.calls).toEqual([
      {
        method: 'GET',
        path: '/v1/secret/data/app%20x',
        target: '/v1/secret/data/app%20x?version=2',
        token,
        namespace: '',
        body: '',
        status: 404,
      },
      expect.objectContaining({ method: 'POST', body: '{"data":{}}', namespace: undefined, status: 403 }),
    ]);
    server.clearCalls();
    expect(server.calls).toEqual([]);
  });

  it('meets a fault as often as asked, for the calls that are meant', async () => {
    server.inject(
      { kind: 'status', status: 500, body: '{"errors":["boom"]}' },
      { times: 2, match: /^GET .*\/data\// },
    );
    expect((await write()).status).toBe(200);
    expect([(await read()).errors, (await read()).status, (await read()).status]).toEqual([
      ['boom'],
      500,
      200,
    ]);
    server.inject({ kind: 'status', status: 503 }, { times: Infinity });
    expect([(await read()).status, (await read()).status]).toEqual([503, 503]);
    server.clearFaults();
    expect((await read()).status).toBe(200);
  });

  it('delays an answer', async () => {
    server.inject({ kind: 'delay', ms: 200 });
    const startedAt = Date.now();
    expect((await read()).status).toBe(404);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(190);
  });

  it('resets the connection before or after it has done what was asked', async () => {
    server.inject({ kind: 'reset-before' });
    await expect(write()).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(await currentVersion()).toBeUndefined();
    server.inject({ kind: 'reset-after' });
    await expect(write()).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(await currentVersion()).toBe(1);
    expect(server.calls[0]).toMatchObject({ method: 'POST', status: undefined });
  });

  it('answers 500 after it has done what was asked', async () => {
    server.inject({ kind: 'status-after', status: 500 });
    expect((await write()).status).toBe(500);
    expect(await currentVersion()).toBe(1);
  });

  it.each([
    ['silence', undefined],
    ['silence-after', 1],
  ] as const)('says nothing (%s)', async (kind, version) => {
    server.inject({ kind });
    const outcome = await Promise.race([
      write(),
      new Promise((resolve) => setTimeout(resolve, 250, 'silent')),
    ]);
    expect(outcome).toBe('silent');
    expect(await currentVersion()).toBe(version);
  });

  it('answers with a page, a redirect, half an answer', async () => {
    server.inject({ kind: 'html' });
    const page = await read();
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html']);
    expect(page.text).toContain('<html>');
    server.inject({ kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' });
    expect((await read()).headers.location).toBe('http://127.0.0.1:1/elsewhere');
    server.inject({ kind: 'close-mid-answer' });
    await expect(read()).rejects.toThrow('aborted');
  });

  it('answers without end until it is told to stop or the caller hangs up', async () => {
    server.inject({ kind: 'endless', bytes: 40_000_000 });
    const answer = await read();
    expect(answer.text.length).toBeGreaterThanOrEqual(40_000_000);
  });

  it('goes down and comes up at the same address with what it had', async () => {
    await write();
    const { url } = server;
    await server.goDown();
    await expect(read()).rejects.toThrow('ECONNREFUSED');
    await server.comeUp();
    expect(server.url).toBe(url);
    expect((await read()).data.data).toEqual({ n: 1 });
  });

  it.each([
    ['active', 200, 404],
    ['standby', 429, 404],
    ['disaster-recovery', 472, 404],
    ['performance-standby', 473, 404],
    ['uninitialized', 501, 503],
    ['sealed', 503, 503],
  ] as const)('tells the health of a store that is %s by status %i', async (health, status, readStatus) => {
    server.setHealth(health);
    const told = await callStore(server.url, 'GET', '/v1/sys/health', { headers: {} });
    expect([told.status, (await read()).status]).toEqual([status, readStatus]);
  });

  it('counts connections', async () => {
    await read();
    await read();
    expect(server.connectionCount).toBe(2);
  });
});

describe('KV v2 test server as HashiCorp Vault', () => {
  it('takes a SCAN for a read, and knows neither metadata check-and-set nor detailed listings', async () => {
    const server = await startKv2Server({ flavour: 'hashicorp' });
    try {
      await server.request('POST', '/secret/data/f/x', { data: { n: 1 } });
      expect((await server.request('GET', '/secret/metadata/f?scan=true')).text).toBe('{"errors":[]}\n');
      expect((await server.request('GET', '/secret/detailed-metadata/f?list=true')).status).toBe(404);
      expect((await server.request('GET', '/secret/metadata/f?list=true')).data.keys).toEqual(['x']);
      const patch = { custom_metadata: { a: 'b' }, metadata_cas: 99 };
      expect((await server.request('PATCH', '/secret/metadata/f/x', patch)).status).toBe(204);
      const { data } = await server.request('GET', '/secret/metadata/f/x');
      expect(Object.keys(data)).not.toContain('current_metadata_version');
    } finally {
      await server.stop();
    }
  });
});
