import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawPeer } from '../security/raw-peer.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { describeBehind } from './describe-behind.js';
import { findFreePort, GatewayProcess } from './gateway-process.js';

const VALUE = '/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fapp%2F';
const get = (name: string, more = ''): string => `GET ${VALUE}${name} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const POST = 'POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
/** Of the ordinary caller. */
const CALLS = 4;
/** What an attacker would have the service take for a request of its own. */
const SMUGGLED = get('smuggled');
const chunked = (coding: string): string => `${POST}Transfer-Encoding:${coding}\r\n\r\n`;
const size = SMUGGLED.length.toString(16);

const CASES: readonly (readonly [string, string])[] = [
  [
    'CL.TE',
    `${POST}Content-Length: ${SMUGGLED.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'TE.CL',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${size}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
  ],
  ['CL.CL, different', `${POST}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
  [
    'CL.CL, equal',
    `${POST}Content-Length: ${SMUGGLED.length}\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ],
  ['a length with a sign', `${POST}Content-Length: +0\r\n\r\n${SMUGGLED}`],
  ['a blank before the colon', `${POST}Content-Length : ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
  ['a folded length', `${POST}X: y\r\n Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
  ['identity', `${chunked(' identity')}0\r\n\r\n${SMUGGLED}`],
  ['xchunked', `${chunked(' xchunked')}0\r\n\r\n${SMUGGLED}`],
  ['chunked behind a tab', `${chunked('\tchunked')}0\r\n\r\n${SMUGGLED}`],
  ['chunked behind a vertical tab', `${chunked('\x0bchunked')}0\r\n\r\n${SMUGGLED}`],
  ['Chunked', `${chunked(' Chunked')}0\r\n\r\n${SMUGGLED}`],
  ['chunked twice', `${chunked(' chunked\r\nTransfer-Encoding: identity')}0\r\n\r\n${SMUGGLED}`],
  ['chunks with bare line feeds', `${chunked(' chunked')}0\n\n${SMUGGLED}`],
  ['chunk extensions', `${chunked(' chunked')}2;${'a'.repeat(3000)}\r\n{}\r\n0\r\n\r\n`],
  ['trailers', `${chunked(' chunked')}2\r\n{}\r\n0\r\nContent-Length: 5\r\nHost: y\r\n\r\n`],
  ['a request in a body', `${POST}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
  ['a request in the body of a read', get('a', `Content-Length: ${SMUGGLED.length}\r\n`) + SMUGGLED],
  ['bare line feeds', get('a').replaceAll('\r\n', '\n')],
  ['NUL in a header', get('a', 'X: y\0z\r\n')],
  ['two Hosts', get('a', 'Host: y\r\n')],
  ['no Host', get('a').replace('Host: x\r\n', '')],
  ['HTTP/1.0', get('a').replace('HTTP/1.1', 'HTTP/1.0')],
  ['an absolute target', get('a').replace('/api', 'http://y/api')],
  ['an upgrade', get('a', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n')],
  ['a word that is waited for', `${POST}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`],
  ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
];

/** nginx keeps connections to the service for all of its clients: what one of them smuggles would be another's answer. */
describeBehind('nginx', (binary) => {
  const targets: string[] = [];
  let service: RunningApp;
  let gateway: GatewayProcess;
  let url: string;

  beforeAll(async () => {
    service = await createApp();
    for (const name of ['a', 'b', 'smuggled'])
      await service.http
        .post('/api/secrets')
        .send({ uri: `yaml://secret/app/${name}`, value: { name } })
        .expect(201);
    const server = service.app.getHttpServer();
    server.on('request', ({ url: target }: IncomingMessage) => targets.push(target ?? ''));
    gateway = new GatewayProcess(await findFreePort());
    url = `http://127.0.0.1:${gateway.port}`;
    const isReady = (): Promise<boolean> =>
      fetch(`${url}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      );
    const config = describeNginx(gateway.port, (server.address() as AddressInfo).port);
    await gateway.start(
      binary,
      ['-p', gateway.folder, '-e', 'stderr', '-c', gateway.write('nginx.conf', config)],
      isReady,
    );
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await service.close();
  });
  beforeEach(() => {
    targets.length = 0;
    (service.records as unknown[]).length = 0;
  });

  it.each(CASES)('%s: one answer a request, and nobody gets that of another', async (_name, bytes) => {
    const attacker = await RawPeer.connect(url);
    attacker.write(bytes);
    attacker.write(get('b', 'Connection: close\r\n'));
    // An ordinary caller, who may be given the same connection to the service.
    for (let count = 0; count < CALLS; count += 1) {
      const answer = await fetch(`${url}${VALUE}b`);
      expect([answer.status, await answer.json()]).toEqual([200, { name: 'b' }]);
    }
    // What nginx waits for in vain it waits for longer.
    await Promise.race([attacker.closed, sleep(3_000, undefined, { ref: false })]);
    const answered = attacker.statuses().length;
    attacker.destroy();
    const arrived = targets.filter((target) => target.includes('/api/secrets')).length;
    expect(arrived - CALLS).toBeLessThanOrEqual(answered);
    expect(service.records).toHaveLength(arrived);
  });

  it('a thousand pipelined requests have a thousand answers, in their order', async () => {
    const peer = await RawPeer.connect(url);
    peer.write((get('a') + get('b')).repeat(500));
    const answers = await peer.waitFor(1000);
    peer.destroy();
    expect(answers.map(({ body }) => body)).toEqual(
      Array.from({ length: 1000 }, (_none, index) => `{"name":"${index % 2 === 0 ? 'a' : 'b'}"}`),
    );
    expect([targets.length, service.records.length]).toEqual([1000, 1000]);
  }, 60_000);
});

function describeNginx(port: number, servicePort: number): string {
  return `
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      keepalive_requests 10000;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${kind};`).join(' ')}
      upstream service {
        server 127.0.0.1:${servicePort};
        keepalive 1;
      }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://service;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $host;
          # As a gateway would that streams bodies: nothing is mended by waiting for the whole.
          proxy_request_buffering off;
        }
      }
    }`;
}
