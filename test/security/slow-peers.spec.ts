import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { RawPeer } from './raw-peer.js';

const IDLE = 1000;
const SLOW = 100;
const STUCK = 20;
const VALUE = '/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fapp%2Fapi';
const GET = `GET ${VALUE} HTTP/1.1\r\nHost: x\r\n\r\n`;
const BODY_HEAD =
  'POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{';
/** Some 400 KB each: more than the system takes for a peer that reads nothing. */
const LARGE = 'GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100);
/** All limits on slow peers are far below. */
const GONE_WITHIN_MS = 100_000;
const MEBIBYTE = 1024 * 1024;

/** Peers that hold connections and never come to an end, on the service as a process of its own. */
describe('slow peers', () => {
  const peers: RawPeer[] = [];
  let service: ServiceProcess;
  let folder: string;

  beforeAll(async () => {
    buildService();
    folder = mkdtempSync(join(tmpdir(), 'slow-peers-'));
    service = await startService({
      YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
      // Longer than the whole test, so that the idle ones are there to its end.
      HTTP_KEEP_ALIVE_TIMEOUT_MS: '600000',
    });
    const body = JSON.stringify({ uri: 'yaml://secret/app/api', value: { token: 'x' } });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${service.url}/api/secrets`, { method: 'POST', headers, body })).status).toBe(201);
  }, 120_000);
  afterAll(async () => {
    for (const peer of peers) peer.destroy();
    service.kill('SIGKILL');
    await service.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  const connectMany = async (count: number, bytes: string, isReading = true): Promise<RawPeer[]> => {
    const made = await Promise.all(
      Array.from({ length: count }, () => RawPeer.connect(service.url, isReading)),
    );
    for (const peer of made) if (bytes !== '') peer.write(bytes);
    peers.push(...made);
    return made;
  };
  /** A normal caller on a connection of its own. @returns the median time of a read in milliseconds */
  const read = async (times: number): Promise<number> => {
    const caller = await RawPeer.connect(service.url);
    const took: number[] = [];
    for (let count = 1; count <= times; count += 1) {
      const startedAt = performance.now();
      caller.write(GET);
      await caller.waitFor(count);
      took.push(performance.now() - startedAt);
    }
    expect(caller.statuses()).toEqual(Array.from({ length: times }, () => 200));
    caller.destroy();
    return took.toSorted((a, b) => a - b)[times >> 1] ?? 0;
  };
  const residentBytes = (): number => {
    const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  };
  /** Of the service, as the system counts them. */
  const openSockets = (): number =>
    readdirSync(`/proc/${service.pid}/fd`).filter((fd) => isSocket(`/proc/${service.pid}/fd/${fd}`)).length;

  it(`${IDLE} idle ones, ${SLOW} with slow headers, ${SLOW} with slow bodies and ${STUCK} that read nothing stop nobody`, async () => {
    await read(300);
    const before = { medianMs: await read(300), bytes: residentBytes(), sockets: openSockets() };
    const kept = await connectMany(IDLE / 2, GET);
    const silent = await connectMany(IDLE / 2, '');
    const slowHeaders = await connectMany(SLOW, 'GET /api/secrets HTTP/1.1\r\nHost: x\r\nX: ');
    const slowBodies = await connectMany(SLOW, BODY_HEAD);
    const stuck = await connectMany(STUCK, LARGE, false);
    const drip = setInterval(() => {
      for (const peer of [...slowHeaders, ...slowBodies]) peer.write('x');
    }, 500);
    let most = 0;
    const medians: number[] = [];
    const endsAt = performance.now() + GONE_WITHIN_MS;
    while (openSockets() > before.sockets + kept.length) {
      expect(performance.now()).toBeLessThan(endsAt);
      medians.push(await read(300));
      most = Math.max(most, residentBytes());
      await sleep(500);
    }
    clearInterval(drip);
    const middle = medians.toSorted((a, b) => a - b)[medians.length >> 1] ?? 0;
    console.info(
      `slow peers: a read took ${before.medianMs.toFixed(2)} ms before and ${middle.toFixed(2)} ms among them (median of medians, ${(middle / before.medianMs).toFixed(2)} times), ` +
        `resident ${Math.round(before.bytes / MEBIBYTE)} MiB before and ${Math.round(most / MEBIBYTE)} MiB at the most`,
    );
    for (const peer of stuck) peer.socket.resume();
    const gone = [...silent, ...slowHeaders, ...slowBodies, ...stuck];
    await Promise.all(gone.map(({ closed }) => closed));
    expect(Math.max(...stuck.map((peer) => peer.statuses().length))).toBeLessThan(100);
    const codes = new Set([...slowHeaders, ...slowBodies].map(outcomeOf));
    expect([...codes]).toEqual(['408 REQUEST_TIMEOUT close']);
    expect(silent.flatMap((peer) => peer.statuses())).toEqual([]);
    expect(kept.every(({ socket }) => !socket.destroyed)).toBe(true);
    expect(kept.flatMap((peer) => peer.statuses())).toEqual(Array.from({ length: IDLE / 2 }, () => 200));
    expect(most - before.bytes).toBeLessThan(300 * MEBIBYTE);
    expect(service.output()).not.toMatch(/error|fault|exception/i);
  }, 150_000);
});

function outcomeOf(peer: RawPeer): string {
  const answers = peer.answers().map(({ status, headers, body }) => {
    const { code } = JSON.parse(body) as { code: string };
    return `${status} ${code} ${headers.get('connection') ?? ''}`;
  });
  return answers.join();
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed between the two looks.
    return false;
  }
}
