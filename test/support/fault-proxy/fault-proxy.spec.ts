import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { FaultProxy } from './fault-proxy.js';
import { NO_FAULTS } from './proxy-fault.js';
import type { FaultKind, ProxyFault } from './proxy-fault.js';

describe('the fault proxy', () => {
  let store: Server;
  let proxy: FaultProxy;
  let reached: string[];

  beforeEach(async () => {
    reached = [];
    store = createServer((incoming, outgoing) => {
      reached.push(`${incoming.method} ${incoming.url}`);
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      incoming.pipe(outgoing);
    }).listen(0, '127.0.0.1');
    await once(store, 'listening');
    proxy = await FaultProxy.start(`http://127.0.0.1:${(store.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    await proxy.stop();
    store.close();
    store.closeAllConnections();
  });

  const post = (): Promise<{ status: number; text: string }> =>
    fetch(`${proxy.url}/v1/data?version=2`, {
      method: 'POST',
      body: '{"data":1}',
      signal: AbortSignal.timeout(500),
    }).then(async (answer) => ({ status: answer.status, text: await answer.text() }));

  it('passes calls on as they are', async () => {
    expect(await post()).toEqual({ status: 200, text: '{"data":1}' });
    expect(reached).toEqual(['POST /v1/data?version=2']);
  });

  it.each<[ProxyFault, number]>([
    [{ kind: 'status-before', status: 429 }, 0],
    [{ kind: 'status-after', status: 503 }, 1],
  ])('answers in place of the store: %j', async (fault, calls) => {
    proxy.addRule({ match: /^POST/, fault });
    expect((await post()).status).toBe(fault.status);
    expect(reached).toHaveLength(calls);
    expect(proxy.counts[fault.kind]).toBe(1);
    expect((await post()).status).toBe(200);
  });

  it.each<[FaultKind, number]>([
    ['cut-before', 0],
    ['cut-after', 1],
    ['truncate', 1],
    ['silence-before', 0],
    ['silence-after', 1],
  ])('leaves the caller without a whole answer: %s', async (kind, calls) => {
    proxy.addRule({ match: /^POST/, fault: { kind } });
    await expect(post()).rejects.toThrow();
    expect(reached).toHaveLength(calls);
    expect((await post()).status).toBe(200);
  });

  it('holds one call until it is released, and no other', async () => {
    const held = proxy.hold(/^POST/);
    const first = post();
    await held.arrived;
    expect((await post()).status).toBe(200);
    expect(reached).toHaveLength(1);
    held.release();
    expect((await first).status).toBe(200);
    expect(reached).toHaveLength(2);
  });

  it('delays calls', async () => {
    proxy.addRule({ match: /^POST/, fault: { kind: 'delay-before', ms: 30 } });
    const startedAt = performance.now();
    expect((await post()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });

  it('spoils the same calls with the same seed', async () => {
    const outcomes = async (): Promise<number[]> => {
      proxy.spoil({ ...NO_FAULTS, 'status-before': 400 }, 7);
      const statuses: number[] = [];
      for (let call = 0; call < 40; call += 1) statuses.push((await post()).status);
      return statuses;
    };
    const first = await outcomes();
    expect(first).toEqual(expect.arrayContaining([200, 429, 500, 503]));
    expect(await outcomes()).toEqual(first);
    proxy.calm();
    expect((await post()).status).toBe(200);
  });
});
