import { writeFileSync } from 'node:fs';
import { startService } from '../support/service-process.js';
import type { StoreFault } from '../support/kv2-server/store-faults.js';
import { Canaries } from './canaries.js';
import { LeakService } from './leak-service.js';
import { OPERATION_IDS, OPERATION_REQUESTS } from './operation-requests.js';
import type { ApiCall } from './operation-requests.js';

/** The tests of one file run in their order: the last ones judge what all before them left behind. */
describe('values, tokens and addresses', () => {
  let service: LeakService;

  beforeAll(async () => {
    service = await LeakService.start();
  }, 120_000);

  /** An address of its own, with a key of its own, and what may be shown of it to who asked for it. */
  const makeAddress = (scheme = 'openbao+kv2') => {
    const [folder, name, key] = ['folder', 'name', 'key'].map((kind) => service.canaries.make(kind)) as [
      string,
      string,
      string,
    ];
    const secret = `${scheme}://secret/e-${folder}/${name}`;
    return { secret, prefix: `${scheme}://secret/e-${folder}/`, key, mayShow: [folder, name, key] };
  };
  const writing = (uri: string, value: unknown): ApiCall => OPERATION_REQUESTS.writeSecret(uri, { value });

  it.each(['openbao+kv2', 'yaml'])('stay inside when everything goes well: %s', async (scheme) => {
    const { secret, key, mayShow } = makeAddress(scheme);
    const [value, owner] = [service.canaries.make('value'), service.canaries.make('owner')];
    const written = await service.call(writing(secret, { [key]: value }), mayShow);
    expect(written.status).toBe(201);
    for (const operation of OPERATION_IDS.filter((id) => id !== 'destroySecret' && id !== 'deleteSecret')) {
      const call = OPERATION_REQUESTS[operation](secret, { value: { [key]: value }, owner });
      const isRead = operation === 'readSecret' || operation === 'readSecretValue';
      const isMetadata =
        operation === 'getMetadata' || operation === 'listMetadata' || operation === 'updateOwner';
      await service.call(call, [...mayShow, ...(isRead ? [value] : []), ...(isMetadata ? [owner] : [])]);
    }
    for (const operation of ['deleteSecret', 'destroySecret'] as const) {
      await service.call(OPERATION_REQUESTS[operation](secret), mayShow);
    }
  });

  it('stay inside when the caller is refused', async () => {
    const forged = `${service.token.split('.').slice(0, 2).join('.')}.${service.canaries.make('signature')}`;
    const weak = await service.sign({ sub: 'writer', scope: service.canaries.make('scope') });
    const denied = await service.sign({ sub: 'stranger' });
    const expired = await service.sign({ sub: 'writer', exp: 1 });
    const foreign = await service.sign({ sub: 'writer', aud: service.canaries.make('audience') });
    const bound = await service.sign({ sub: 'writer', cnf: { jkt: service.canaries.make('thumbprint') } });
    const text = (): string => service.canaries.make('credential');
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const credentials: [number, Record<string, string>][] = [
      [401, {}],
      ...[forged, expired, foreign, bound, text(), `${text()}.${text()}.${text()}`].map(
        (token): [number, Record<string, string>] => [401, bearer(token)],
      ),
      [403, bearer(weak)],
      [403, bearer(denied)],
      [401, { authorization: `Basic ${text()}` }],
      [400, { authorization: `Bearer ${text()} ${text()}` }],
      [400, { ...bearer(service.token), cookie: `session=${text()}` }],
      [401, { cookie: `session=${text()}` }],
      [401, { authorization: `DPoP ${service.token}`, dpop: text() }],
      [401, { authorization: `DPoP ${bound}`, dpop: `${text()}.${text()}.${text()}` }],
    ];
    for (const operation of OPERATION_IDS.filter((id) => id !== 'readSecret')) {
      for (const [status, headers] of credentials) {
        const call = OPERATION_REQUESTS[operation](makeAddress().secret, {
          value: { k: service.canaries.make('value') },
        });
        expect({ operation, status: (await service.call(call, [], headers)).status }).toEqual({
          operation,
          status,
        });
      }
    }
    const { path } = OPERATION_REQUESTS.readSecretValue(makeAddress().secret);
    const inQuery = { method: 'GET', path: `${path}&access_token=${await service.sign({ sub: 'writer' })}` };
    expect((await service.call(inQuery, [], {})).status).toBe(400);
  });

  it('stay inside when a request makes no sense', async () => {
    const value = (): string => service.canaries.make('value');
    const uri = (): string => makeAddress().secret;
    const wrongAddresses = [
      `openbao+kv2://${value()}/x`,
      `${uri()}/../${value()}`,
      `s3://secret/${value()}`,
      `openbao://secret/${value()}`,
      `openbao+kv2://${value()}@secret/x`,
      `openbao+kv2://secret/*/${value()}`,
      `${uri()}?${value()}=1`,
      `${uri()}?version=${value()}`,
      `${uri()}#%00${value()}`,
      value(),
      `${uri()}${'x'.repeat(2_048)}`,
    ];
    const bodies = [
      ...wrongAddresses.map((address) => JSON.stringify({ uri: address, value: { k: value() } })),
      `{"uri":"${uri()}","value":{"k":"${value()}"}`,
      `{"uri":"${uri()}","value":{"k":"${value()}"},"more":"${value()}"}`,
      `{"uri":"${uri()}","value":{"k":"${value()}","k":"${value()}"}}`,
      `{"uri":"${uri()}","value":${service.canaries.makeNumber()}}`,
      `{"uri":"${uri()}","value":{"k":${service.canaries.makeNumber()}}}`,
      `{"uri":"${uri()}","value":"${value()}"}`,
      `{"uri":{"is":"${value()}"},"value":{}}`,
      `{"uri":"${uri()}","value":${`{"${value()}":`.repeat(33)}1${'}'.repeat(33)}}`,
      `["${value()}"]`,
      `"${value()}"`,
      value(),
      `{"uri":"${uri()}","value":{"k":"${value()}${'x'.repeat(1_048_576)}"}}`,
    ];
    for (const path of ['', '/rotate', '/undelete', '/destroy-versions', '/metadata/owner']) {
      for (const body of bodies) {
        const { status } = await service.call({ method: 'POST', path, body }, []);
        expect([400, 413]).toContain(status);
      }
    }
    for (const address of wrongAddresses) {
      for (const path of ['/value', '/keys', '/metadata/detail', '/versions', '']) {
        const call = { method: 'GET', path: `${path}?uri=${encodeURIComponent(address)}` };
        expect((await service.call(call, [])).status).toBe(400);
      }
    }
    const form = { 'content-type': value(), authorization: `Bearer ${service.token}` };
    expect((await service.call({ method: 'POST', path: '', body: value() }, [], form)).status).toBe(415);
    // The address of the request itself comes back to who sent it, as RFC 9457's instance; without its query.
    const route = value();
    expect((await service.call({ method: 'GET', path: `/${route}?q=${value()}` }, [route])).status).toBe(404);
  });

  it('stay inside when bytes are no request', async () => {
    const text = (): string => service.canaries.make('bytes');
    for (const bytes of [
      `GET /${text()} HTTP/9.9\r\nHost: x\r\n\r\n`,
      `${text()} /api/secrets HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\n${text()} ${text()}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nCookie: session=${text()}${'x'.repeat(40_000)}\r\n\r\n`,
      `POST /api/secrets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${text()}`,
      `POST /api/secrets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.token}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"uri":"${text()}`,
    ]) {
      service.expectNothingIn(await service.sendBytes(bytes));
    }
  });

  const FAULTS: [string, (text: string) => StoreFault][] = [
    ['says 500', (text) => ({ kind: 'status', status: 500, body: JSON.stringify({ errors: [text] }) })],
    ['says 400', (text) => ({ kind: 'status', status: 400, body: JSON.stringify({ errors: [text] }) })],
    ['says 403', (text) => ({ kind: 'status', status: 403, body: JSON.stringify({ errors: [text] }) })],
    ['says 404', (text) => ({ kind: 'status', status: 404, body: JSON.stringify({ errors: [text] }) })],
    ['says 503', (text) => ({ kind: 'status', status: 503, body: text, headers: { 'retry-after': text } })],
    ['answers in another shape', (text) => ({ kind: 'status', status: 200, body: `{"data":"${text}"}` })],
    ['answers without JSON', (text) => ({ kind: 'status', status: 200, body: `<b>${text}` })],
    ['answers half', () => ({ kind: 'close-mid-answer' })],
    ['sends elsewhere', (text) => ({ kind: 'redirect', location: `http://127.0.0.2:1/${text}` })],
    ['breaks the connection', () => ({ kind: 'reset-before' })],
    ['breaks the connection afterwards', () => ({ kind: 'reset-after' })],
    ['is silent', () => ({ kind: 'silence' })],
  ];
  it.each(FAULTS)(
    'stay inside when the store %s',
    async (_name, makeFault) => {
      for (const operation of OPERATION_IDS.filter((id) => id !== 'readSecret')) {
        const { secret, key, mayShow } = makeAddress();
        await service.store.request('POST', secret.replace('openbao+kv2://secret', '/secret/data'), {
          data: { [key]: service.canaries.make('value') },
        });
        service.store.inject(makeFault(service.canaries.make('words')), { times: Number.POSITIVE_INFINITY });
        const call = OPERATION_REQUESTS[operation](secret, { value: { k: service.canaries.make('value') } });
        service.store.clearCalls();
        await service.call(call, mayShow);
        service.store.clearFaults();
        expect({ operation, met: service.store.calls.length > 0 }).toEqual({ operation, met: true });
      }
    },
    60_000,
  );

  it('stay inside when the store is sealed or its file is broken', async () => {
    await service.store.seal();
    const { secret } = makeAddress();
    expect((await service.call(OPERATION_REQUESTS.readSecretValue(secret), [])).status).toBe(503);
    service.expectNothingIn(await service.readPage('/health/ready'));
    await service.store.unseal();
    const [word, key] = [service.canaries.make('line'), service.canaries.make('linekey')];
    for (const text of [
      `secret/${key}: {k: ${word}\nnext: [`,
      `secret/${key}: 7\n`,
      `${key}: ${word}`,
      `"\t${word}`,
    ]) {
      writeFileSync(service.yamlPath, text);
      const call = OPERATION_REQUESTS.readSecretValue(makeAddress('yaml').secret);
      expect((await service.call(call, [])).status).toBe(502);
    }
  });

  it('stand in nothing that everybody can ask for', async () => {
    for (const path of ['/metrics', '/health/live', '/health/ready', '/api/openapi.json', '/api/docs']) {
      const page = await service.readPage(path);
      expect(page.length).toBeGreaterThan(100);
      service.expectNothingIn(page);
    }
  });

  it('stand in no record that those may read who may read the trail', async () => {
    const { status, body } = await service.call({ method: 'GET', path: '/audit?limit=1000' }, []);
    expect(status).toBe(200);
    expect((JSON.parse(body) as { items: unknown[] }).items.length).toBeGreaterThan(100);
  });

  it('stand in no line that the process printed or recorded, at the finest level, up to its end', async () => {
    const { code, output, trail } = await service.stop();
    expect(code).toBe(0);
    for (const text of [output, trail]) {
      const lines = text.split('\n').filter((line) => line.includes('"correlation_id"'));
      // Every answered call has its line, so the search is through something.
      expect(lines.length).toBeGreaterThanOrEqual(service.sentCalls);
      service.expectNothingIn(text);
    }
  });
});

describe('secrets of the configuration', () => {
  const canaries = new Canaries();
  const secret = (): string => canaries.make('config');

  it.each([
    [{ OPENBAO_URL: 'nonsense', OPENBAO_TOKEN: secret() }, /OPENBAO_URL/],
    [{ OPENBAO_URL: 'http://127.0.0.1:1', OPENBAO_TOKEN: secret(), OPENBAO_SECRET_ID: secret() }, /OPENBAO_/],
    [{ OPENBAO_TOKEN: `${secret()}\n` }, /OPENBAO_/],
    [{ OPENBAO_URL: `http://user:${secret()}@127.0.0.1:1`, OPENBAO_TOKEN: secret() }, /OPENBAO_URL/],
    [{ REDIS_URL: `ftp://:${secret()}@127.0.0.1` }, /REDIS_URL/],
    [{ TENANT_SALT: secret(), TENANT_SALT_FILE: '/nothing' }, /TENANT_SALT/],
  ])('are not in the message that stops a start: %#', async (env, message) => {
    const failure = await startService(env as unknown as Record<string, string>).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(failure).toMatch(message);
    expect(canaries.find(failure)).toEqual([]);
  });
});
