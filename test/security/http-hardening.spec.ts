import { connect } from 'node:net';
import { Log } from '../../src/observability/log.js';
import { SecretProviders } from '../../src/ports/secret-providers.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const VALUE = '/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fapp%2Fapi';
/** A second request that only reaches the service where the first one is taken for shorter than it is. */
const SMUGGLED = 'GET /health/live HTTP/1.1\r\nHost: smuggled\r\n\r\n';

/** What an attacker in front of the service tries with HTTP itself, and what a fault of the service looks like. */
describe('HTTP as attackers speak it', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await createApp();
    await running.http
      .post('/api/secrets')
      .send({ uri: 'yaml://secret/app/api', value: { token: 'x' } })
      .expect(201);
  });
  afterAll(() => running.close());

  const send = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1', () => socket.end(bytes));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  it.each([
    ['a length beside chunks', `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['chunks beside a length', `Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: 5\r\n\r\n${SMUGGLED}`],
    ['a length with a sign', `Content-Length: +0\r\n\r\n${SMUGGLED}`],
    ['a length with blanks before its colon', `Content-Length : 5\r\n\r\n${SMUGGLED}`],
    ['another coding behind chunked', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a coding that is spelt like chunked', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['chunked twice', `Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a header that is folded', `X: 1\r\n Transfer-Encoding: chunked\r\n\r\n${SMUGGLED}`],
    ['a header with a bare carriage return', `X: 1\rTransfer-Encoding: chunked\r\n\r\n${SMUGGLED}`],
  ])('takes no second request out of one with %s', async (_name, rest) => {
    const answer = await send(
      `POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('{"status":"ok"}');
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  });

  it.each(['TRACE', 'CONNECT', 'PUT', 'PATCH', 'PROPFIND'])(
    'does nothing on %s and echoes nothing',
    async (method) => {
      const answer = await send(
        `${method} ${VALUE} HTTP/1.1\r\nHost: x\r\nX-Canary: echoed\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).not.toMatch(/^HTTP\/1\.1 [23]/);
      expect(answer).not.toContain('echoed');
    },
  );

  it.each([
    '/',
    '/.git/config',
    '/package.json',
    '/dist/main.js',
    '/api',
    '/api/',
    '/api/docs/',
    '/api/docs/../../package.json',
    '/api/docs/..%2f..%2fpackage.json',
    '/api/docs/%2e%2e/%2e%2e/package.json',
    '/api/secrets/',
  ])('has no files and no folders at %s', async (path) => {
    const answer = await send(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('redirects nobody, and believes no header about where a request came from', async () => {
    const headers = {
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-For': '203.0.113.7',
      Forwarded: 'for=203.0.113.7;proto=http;host=evil.example',
      'X-Real-IP': '203.0.113.7',
      'X-User-ID': 'root',
      'X-Remote-User': 'root',
    };
    const answer = await running.http.get(VALUE).set(headers).expect(200, { token: 'x' });
    expect(answer.headers['location']).toBeUndefined();
    expect(JSON.stringify(answer.headers)).not.toMatch(/evil|203\.0\.113/);
    expect(running.records.at(-1)).toMatchObject({ subject: 'anonymous', tenant_id: 'dev' });
    expect(JSON.stringify(running.records.at(-1))).not.toMatch(/evil|203\.0\.113|root/);
  });

  it('says of every answer with a body what it is', async () => {
    const types: Record<string, unknown> = {};
    for (const path of [
      VALUE,
      '/api/secrets/nothing',
      '/health/live',
      '/metrics',
      '/api/openapi.json',
      '/api/docs',
    ]) {
      types[path] = (await running.http.get(path)).headers['content-type'];
    }
    expect(types).toEqual({
      [VALUE]: expect.stringMatching(/^application\/json/),
      // JSON has no charset parameter (RFC 8259 11): it is UTF-8.
      '/api/secrets/nothing': 'application/problem+json',
      '/health/live': expect.stringMatching(/^application\/json/),
      '/metrics': expect.stringMatching(/^text\/plain;.*charset=utf-8/),
      '/api/openapi.json': expect.stringMatching(/^application\/json/),
      '/api/docs': expect.stringMatching(/^text\/html; *charset=utf-8/i),
    });
  });

  it('answers a fault of its own without a word of it, logs frames and no message, and lives on', async () => {
    const [providers, log] = [running.app.get(SecretProviders), running.app.get(Log)];
    const call = providers.call.bind(providers);
    const faults: unknown[][] = [];
    log.fault = (...fault) => void faults.push(fault);
    providers.call = () => Promise.reject(new TypeError('the value is hunter2'));
    const { text } = await running.http.get(VALUE).expect(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(text).not.toMatch(/hunter2|TypeError|\.ts|\.js| at /);
    expect(faults).toHaveLength(1);
    expect(running.records.at(-1)).toMatchObject({ effect: 'permit', code: 'INTERNAL_ERROR' });
    providers.call = call;
    await running.http.get(VALUE).expect(200);
  });
});
