import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const SOURCE = 'openbao+kv2://secret/move/source';
const TARGET = 'openbao+kv2://secret/move/target';

/** A move that dies on its way: never are both gone, and nothing newer is taken away. */
describe('a move whose store fails', () => {
  let store: Kv2Server;
  let running: RunningApp;

  beforeEach(async () => {
    store = await startKv2Server();
    running = await createApp({
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      PROVIDER_TIMEOUT_MS: '500',
    });
    await running.http
      .post('/api/secrets')
      .send({ uri: SOURCE, value: { k: 'moved' } })
      .expect(201);
  });
  afterEach(async () => {
    await running.close();
    await store.stop();
  });

  const move = (uri = SOURCE, to = TARGET) =>
    running.http.post('/api/secrets/move').send({ fromUri: uri, toUri: to });
  const valueOf = async (uri: string): Promise<unknown> => {
    store.clearFaults();
    const { status, body } = await running.http.get('/api/secrets/value').query({ uri });
    return status === 200 ? body : (body as { code: string }).code;
  };

  it('at the read leaves the source and writes nothing', async () => {
    store.inject({ kind: 'status', status: 500 }, { match: /^GET .*\/data\/move\/source/, times: Infinity });
    expect((await move()).status).toBe(502);
    expect([await valueOf(SOURCE), await valueOf(TARGET)]).toEqual([{ k: 'moved' }, 'SECRET_NOT_FOUND']);
  });

  it('at the write leaves the source', async () => {
    store.inject({ kind: 'status', status: 500 }, { match: /^POST .*\/data\/move\/target/, times: Infinity });
    expect((await move()).status).toBe(502);
    expect([await valueOf(SOURCE), await valueOf(TARGET)]).toEqual([{ k: 'moved' }, 'SECRET_NOT_FOUND']);
  });

  it('at the look at the copy leaves both, and says so', async () => {
    store.inject({ kind: 'status', status: 500 }, { match: /^GET .*\/data\/move\/target/, times: Infinity });
    const { status, body } = await move();
    expect([status, body.code]).toEqual([502, 'MOVE_INCOMPLETE']);
    expect([await valueOf(SOURCE), await valueOf(TARGET)]).toEqual([{ k: 'moved' }, { k: 'moved' }]);
  });

  it('at the removal leaves both, and says so', async () => {
    store.inject(
      { kind: 'status', status: 500 },
      { match: /^(POST|PUT) .*\/delete\/move\/source/, times: Infinity },
    );
    const { status, body } = await move();
    expect([status, body.code]).toEqual([502, 'MOVE_INCOMPLETE']);
    expect([await valueOf(SOURCE), await valueOf(TARGET)]).toEqual([{ k: 'moved' }, { k: 'moved' }]);
  });

  it('does not say that both are there where the removal was cut off and cannot be looked at', async () => {
    const removal = /^(POST|PUT) .*\/delete\/move\/source/;
    const hasBegun = (): boolean => store.calls.some(({ method, path }) => removal.test(`${method} ${path}`));
    store.inject({ kind: 'reset-after' }, { match: removal });
    store.inject(
      { kind: 'status', status: 500 },
      { match: ({ method }) => method === 'GET' && hasBegun(), times: Infinity },
    );
    const { status, body } = await move();
    expect([status, body.code]).toEqual([502, 'MOVE_INCOMPLETE']);
    expect(body.detail).toContain('could not be found out');
    expect([await valueOf(SOURCE), await valueOf(TARGET)]).toEqual(['SECRET_DELETED', { k: 'moved' }]);
  });

  it.each([SOURCE, `${SOURCE}#k`])('does not take away what was written meanwhile: %s', async (uri) => {
    // Of a key the destination is read twice: to change it, and to look at the copy.
    const isKey = uri.includes('#');
    store.inject({ kind: 'delay', ms: 300 }, { match: /^GET .*\/data\/move\/target/, times: isKey ? 2 : 1 });
    const moving = move(uri, uri.replace('source', 'target')).then((answer) => answer);
    while (!store.calls.some(({ method, path }) => method === 'POST' && path.includes('/data/move/target'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await store.request('POST', '/secret/data/move/source', { data: { k: 'newer' } });
    const { status, body } = await moving;
    expect([status, body.code]).toEqual([409, 'SOURCE_CHANGED']);
    expect([await valueOf(SOURCE), await valueOf(TARGET)]).toEqual([{ k: 'newer' }, { k: 'moved' }]);
  });

  it('is done where somebody else deleted the source meanwhile', async () => {
    store.inject({ kind: 'delay', ms: 300 }, { match: /^GET .*\/data\/move\/target/ });
    const moving = move().then((answer) => answer);
    while (!store.calls.some(({ method, path }) => method === 'POST' && path.includes('/data/move/target'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await store.request('DELETE', '/secret/data/move/source');
    expect((await moving).status).toBe(201);
    expect(await valueOf(TARGET)).toEqual({ k: 'moved' });
  });
});

describe('what a copy and a move need', () => {
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
  });
  afterAll(() => issuer.close());

  const call = async (running: RunningApp, path: string, scope: string) => {
    const token = await issuer.sign({ scope });
    const body = { fromUri: 'yaml://secret/none', toUri: 'yaml://secret/other' };
    const answer = await running.http
      .post(`/api/secrets/${path}`)
      .set('Authorization', `Bearer ${token}`)
      .send(body);
    return [answer.status, (answer.body as { code: string }).code];
  };

  it.each([
    ['copy', 'false', ['secrets.read', 'secrets.write']],
    ['move', 'false', ['secrets.read', 'secrets.write']],
    ['move', 'true', ['secrets.read', 'secrets.write', 'secrets.delete']],
  ])(
    '%s, SECRETS_MOVE_REQUIRES_DELETE=%s: the scopes %p, all of them',
    async (path, requiresDelete, scopes) => {
      const running = await createApp({
        ...issuer.env,
        SECRETS_ENFORCE_SCOPES: 'true',
        SECRETS_MOVE_REQUIRES_DELETE: requiresDelete,
      });
      expect(await call(running, path, scopes.join(' '))).toEqual([404, 'SECRET_NOT_FOUND']);
      for (const missing of scopes) {
        const others = scopes.filter((scope) => scope !== missing).join(' ');
        expect(await call(running, path, others)).toEqual([403, 'INSUFFICIENT_SCOPE']);
      }
      await running.close();
    },
  );
});
