import { connect } from 'node:net';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

/** Whoever sends something that cannot be meant gets one clear answer in one shape. */
describe('HTTP manners', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await createApp();
  });
  afterAll(() => running.close());

  const post = (body: string, type = 'application/json') =>
    running.http.post('/api/secrets').set('Content-Type', type).send(body);
  const get = (path: string) => running.http.get(path);

  /** Bytes as they are on the wire, for what no client library would send. */
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  const VALUE = '/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fa%2Fb';

  it.each([
    ['an unknown route', () => get('/api/secrets/nothing'), 404, 'ROUTE_NOT_FOUND'],
    ['a route outside', () => get('/nothing'), 404, 'ROUTE_NOT_FOUND'],
    ['a trailing slash', () => get('/api/secrets/value/?uri=x'), 404, 'ROUTE_NOT_FOUND'],
    ['a doubled slash', () => get('/api//secrets/value?uri=x'), 404, 'ROUTE_NOT_FOUND'],
    ['another case', () => get('/api/Secrets/value?uri=x'), 404, 'ROUTE_NOT_FOUND'],
    ['a wrong method', () => running.http.patch('/api/secrets'), 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', () => running.http.options('/api/secrets'), 405, 'METHOD_NOT_ALLOWED'],
    ['a missing address', () => get('/api/secrets/value'), 400, 'INVALID_REQUEST'],
    ['an address that is none', () => get('/api/secrets/value?uri=nonsense'), 400, 'INVALID_URI'],
    [
      'an unknown scheme',
      () => get('/api/secrets/value?uri=s3%3A%2F%2Fsecret%2Fa'),
      400,
      'UNSUPPORTED_PROVIDER',
    ],
    [
      'a wrong engine',
      () => get('/api/secrets/value?uri=openbao%3A%2F%2Fsecret%2Fa'),
      400,
      'UNSUPPORTED_ENGINE',
    ],
    ['a misspelt parameter', () => get(`${VALUE}&verison=3`), 400, 'AMBIGUOUS_QUERY'],
    ['a repeated parameter', () => get(`${VALUE}&${VALUE.split('?')[1]}`), 400, 'AMBIGUOUS_QUERY'],
    [
      'an array parameter',
      () => get('/api/secrets/value?uri[]=yaml%3A%2F%2Fsecret%2Fa'),
      400,
      'AMBIGUOUS_QUERY',
    ],
    ['a broken escape', () => get('/api/secrets/value?uri=%zz'), 400, 'INVALID_REQUEST'],
    ['a contradicting version', () => get(`${VALUE}%3Fversion%3D1&version=2`), 400, 'AMBIGUOUS_QUERY'],
    ['a contradicting fragment', () => get(`${VALUE}%23a&fragment=b`), 400, 'AMBIGUOUS_QUERY'],
    ['a version that is none', () => get(`${VALUE}&version=0`), 400, 'INVALID_VERSION'],
    [
      'a mount of others',
      () => get('/api/secrets/value?uri=yaml%3A%2F%2Fother%2Fa'),
      400,
      'TENANT_MOUNT_MISMATCH',
    ],
    [
      'a store that is not there',
      () => get('/api/secrets/value?uri=openbao%2Bkv2%3A%2F%2Fsecret%2Fa'),
      501,
      'PROVIDER_NOT_CONFIGURED',
    ],
    [
      'the YAML read of another store',
      () => get('/api/secrets?uri=openbao%2Bkv2%3A%2F%2Fsecret%2Fa'),
      501,
      'NOT_SUPPORTED',
    ],
    [
      'a limit of 0',
      () => get('/api/secrets/metadata?prefix=yaml%3A%2F%2Fsecret%2F&limit=0'),
      400,
      'INVALID_REQUEST',
    ],
    [
      'a limit over 1,000',
      () => get('/api/secrets/metadata?prefix=yaml%3A%2F%2Fsecret%2F&limit=1001'),
      400,
      'INVALID_REQUEST',
    ],
    [
      'offset and cursor',
      () => get('/api/secrets/metadata?prefix=yaml%3A%2F%2Fsecret%2F&offset=1&cursor=x'),
      400,
      'INVALID_REQUEST',
    ],
    ['a wildcard', () => get('/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2F*'), 400, 'INVALID_WILDCARD'],
    [
      'a dot segment',
      () => get('/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2F..%2Fa'),
      400,
      'ILLEGAL_SEGMENT',
    ],
    [
      'destroy that is neither',
      () => running.http.delete('/api/secrets?uri=yaml%3A%2F%2Fsecret%2Fa&destroy=yes'),
      400,
      'INVALID_REQUEST',
    ],
    [
      'destroy of one key',
      () => running.http.delete('/api/secrets?uri=yaml%3A%2F%2Fsecret%2Fa%23k&destroy=true'),
      400,
      'FRAGMENT_NOT_ALLOWED',
    ],
    [
      'a delete of one version',
      () => running.http.delete('/api/secrets?uri=yaml%3A%2F%2Fsecret%2Fa&version=1'),
      400,
      'VERSION_NOT_ALLOWED',
    ],
    ['broken JSON', () => post('{"uri":'), 400, 'INVALID_REQUEST'],
    ['no JSON object', () => post('[1]'), 400, 'INVALID_REQUEST'],
    ['an empty body', () => post(''), 400, 'INVALID_REQUEST'],
    ['an unknown field', () => post('{"uri":"yaml://secret/a","value":{},"more":1}'), 400, 'INVALID_REQUEST'],
    [
      '__proto__ as a field',
      () => post('{"uri":"yaml://secret/a","value":{},"__proto__":{}}'),
      400,
      'INVALID_REQUEST',
    ],
    ['a key twice', () => post('{"uri":"yaml://secret/a","value":{"a":1,"a":2}}'), 400, 'INVALID_REQUEST'],
    ['a missing value', () => post('{"uri":"yaml://secret/a"}'), 400, 'INVALID_REQUEST'],
    ['an address of the wrong type', () => post('{"uri":7,"value":{}}'), 400, 'INVALID_REQUEST'],
    [
      'a scalar without a fragment',
      () => post('{"uri":"yaml://secret/a","value":7}'),
      400,
      'OBJECT_REQUIRED',
    ],
    ['null for a key', () => post('{"uri":"yaml://secret/a#k","value":null}'), 400, 'NULL_VALUE'],
    [
      'a rounded number',
      () => post('{"uri":"openbao+kv2://secret/a","value":{"n":9007199254740993}}'),
      400,
      'NUMBER_PRECISION',
    ],
    [
      '33 levels',
      () => post(`{"uri":"yaml://secret/a","value":${'{"a":'.repeat(33)}1${'}'.repeat(33)}}`),
      400,
      'VALUE_TOO_COMPLEX',
    ],
    ['a megabyte of brackets', () => post('['.repeat(1024 * 1024 - 1)), 400, undefined],
    [
      'over 1,000 keys',
      () =>
        post(
          JSON.stringify({
            uri: 'yaml://secret/a',
            value: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, i])),
          }),
        ),
      400,
      'VALUE_TOO_COMPLEX',
    ],
    ['a form', () => post('uri=yaml', 'application/x-www-form-urlencoded'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another charset', () => post('{}', 'application/json; charset=utf-16'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a compressed body', () => post('{}').set('Content-Encoding', 'gzip'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body over 1 MiB', () => post('x'.repeat(1024 * 1024 + 1)), 413, 'BODY_TOO_LARGE'],
    [
      'a weak If-Match',
      () => post('{"uri":"yaml://secret/a","value":{}}').set('If-Match', 'W/"1"'),
      400,
      'INVALID_REQUEST',
    ],
    [
      'If-Match on YAML',
      () => post('{"uri":"yaml://secret/a","value":{}}').set('If-Match', '"1"'),
      501,
      'NOT_SUPPORTED',
    ],
    ['a token without an issuer', () => get(VALUE).set('Authorization', 'Bearer x'), 401, 'INVALID_TOKEN'],
  ])('%s', async (_name, call, status, code) => {
    const answer = await call();
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-powered-by']).toBeUndefined();
    const problem = JSON.parse(answer.text) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, correlation_id: answer.headers['x-correlation-id'] });
    if (code !== undefined) expect(problem['code']).toBe(code);
    expect(String(problem['instance'])).not.toContain('?');
  });

  it('names the methods of a route in Allow', async () => {
    const { headers } = await running.http.put('/api/secrets').expect(405);
    expect(headers['allow']).toBe('POST, GET, HEAD, DELETE');
  });

  it('takes over a correlation id that is well-formed, and no other', async () => {
    const sent = 'a'.repeat(128);
    expect((await get(VALUE).set('X-Correlation-Id', sent)).headers['x-correlation-id']).toBe(sent);
    for (const bad of ['a'.repeat(129), 'a b', 'a/b']) {
      expect((await get(VALUE).set('X-Correlation-Id', bad)).headers['x-correlation-id']).not.toBe(bad);
    }
  });

  it('reads a space in the scheme as the plus that it was', async () => {
    const { body } = await get('/api/secrets/value?uri=openbao+kv2%3A%2F%2Fsecret%2Fa').expect(501);
    expect(body.code).toBe('PROVIDER_NOT_CONFIGURED');
  });

  it('answers what the parser refuses in the same shape', async () => {
    expect(await raw('GET / HTTP/1.1\r\nbroken header\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*"code":"INVALID_REQUEST"/s,
    );
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nBig: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 .*"code":"HEADERS_TOO_LARGE"/s,
    );
  });

  it('refuses an announced megabyte before it is sent', async () => {
    const answer = await raw(
      'POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close/is);
  });

  it('refuses a body without a length once it is over 1 MiB', async () => {
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const answer = await raw(
      `POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('sends security headers with every answer', async () => {
    const { headers } = await get('/health/live').expect(200);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('declares an authorization for every route', async () => {
    const { RouteTable } = await import('../../src/http/route-table.js');
    const table = running.app.get(RouteTable);
    expect(table.undeclared()).toEqual([]);
    expect(table.templateOf('/api/secrets/value')).toBe('/api/secrets/value');
  });

  it('has a record for every refusal on the API, and none elsewhere', () => {
    const codes = running.records.map(({ code }) => code);
    for (const code of [
      'ROUTE_NOT_FOUND',
      'METHOD_NOT_ALLOWED',
      'INVALID_TOKEN',
      'TENANT_MOUNT_MISMATCH',
      'BODY_TOO_LARGE',
    ]) {
      expect(codes).toContain(code);
    }
    const denied = running.records.filter(({ effect }) => effect === 'deny').map(({ code }) => code);
    expect(new Set(denied)).toEqual(new Set(['INVALID_TOKEN', 'TENANT_MOUNT_MISMATCH']));
  });
});
