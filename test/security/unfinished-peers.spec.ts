import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CertificateAuthority } from '../support/certificates/certificate-authority.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { RawPeer } from './raw-peer.js';

const HALF_HEADERS = 'GET /api/secrets HTTP/1.1\r\nHost: x\r\n';
const HALF_BODY =
  'POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
/** The record and the two handshake bytes that say how long a hello will be. */
const HALF_HELLO = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03';
const STOPS_WITHIN_MS = 10_000;

/** Connections that begin and do not go on. */
describe('unfinished peers', () => {
  const authority = new CertificateAuthority();
  const { certPath, keyPath } = authority.issueServer();
  const TLS = { TLS_CERT_FILE: certPath, TLS_KEY_FILE: keyPath };
  const running: ServiceProcess[] = [];

  beforeAll(buildService, 120_000);
  afterAll(async () => {
    for (const service of running) {
      service.kill('SIGKILL');
      await service.exited;
    }
    authority.close();
  });

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> => {
    const service = await startService(env);
    running.push(service);
    return service;
  };
  const openSockets = ({ pid }: ServiceProcess): number =>
    readdirSync(`/proc/${pid}/fd`).filter((fd) => isSocket(`/proc/${pid}/fd/${fd}`)).length;

  it.each([
    ['half the headers', {}, HALF_HEADERS],
    ['half a body', {}, HALF_BODY],
    ['nothing', {}, ''],
    ['half a handshake', TLS, HALF_HELLO],
    ['no handshake', TLS, ''],
  ] as const)(
    '%s does not hold a stop up beyond ten seconds',
    async (_name, env, bytes) => {
      const service = await start(env);
      const before = openSockets(service);
      const peer = await RawPeer.connect(service.url);
      peer.write(bytes);
      while (openSockets(service) === before) await sleep(10);
      await sleep(200);
      const signalledAt = performance.now();
      service.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      expect(performance.now() - signalledAt).toBeLessThan(STOPS_WITHIN_MS);
      await peer.closed;
    },
    60_000,
  );

  it('a TLS handshake that does not come to an end is cut off, whatever is sent in its place', async () => {
    const service = await start(TLS);
    const before = openSockets(service);
    const peers = await Promise.all(
      ['', HALF_HELLO, LIVE, '\0'.repeat(100)].map(async (bytes) => {
        const peer = await RawPeer.connect(service.url);
        peer.write(bytes);
        return peer;
      }),
    );
    await Promise.all(peers.map(({ closed }) => closed));
    while (openSockets(service) > before) await sleep(20);
    expect(service.output()).not.toMatch(/error|exception/i);
  }, 60_000);

  it('one connection more than there may be is closed, and counted', async () => {
    const service = await start({ HTTP_MAX_CONNECTIONS: '3' });
    const peers = await Promise.all([1, 2, 3].map(() => RawPeer.connect(service.url)));
    for (const peer of peers) peer.write(LIVE);
    for (const peer of peers) await peer.waitFor(1);
    const refused = await RawPeer.connect(service.url);
    refused.write(LIVE);
    await refused.closed;
    expect(refused.statuses()).toEqual([]);
    peers[0]?.destroy();
    let text = '';
    // Until the service has seen that the first one has gone.
    while (!text.includes('secrets_http_connections_refused_total '))
      text = await fetch(`${service.url}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      );
    expect(/^secrets_http_connections_refused_total (\d+)$/m.exec(text)?.[1]).not.toBe('0');
    for (const peer of peers) peer.destroy();
  }, 60_000);
});

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed between the two looks.
    return false;
  }
}
