import { FaultProxy } from '../support/fault-proxy/fault-proxy.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import type { StoreUnderFaults } from './fault-run.contract.js';

interface Answer {
  readonly status: number;
  readonly version: string | null;
  readonly body: Record<string, unknown>;
}

const WRITE = /^POST \/v1\/secret\/data\//;
const DELETE = /^POST \/v1\/secret\/delete\//;
const UNDELETE = /^POST \/v1\/secret\/undelete\//;

/**
 * KV v2 has no check-and-set for a soft delete. What that means for writers of other processes is shown here, and told
 * in docs/consistency.md: exactly this, and nothing more.
 */
export function describeRemovalRaces(name: string, startStore: () => Promise<StoreUnderFaults>): void {
  describe(`a removal and a write at the same moment: ${name}`, () => {
    let store: StoreUnderFaults;
    let proxy: FaultProxy;
    let services: ServiceProcess[];
    let uri: string;
    let count = 0;

    beforeAll(async () => {
      buildService();
      store = await startStore();
      proxy = await FaultProxy.start(store.url);
      const env = { OPENBAO_URL: proxy.url, OPENBAO_TOKEN: store.rootToken };
      services = await Promise.all([startService(env), startService(env)]);
    }, 120_000);
    beforeEach(async () => {
      uri = `openbao+kv2://secret/removal-races/${(count += 1)}`;
      // Through both, so that the check of the mount is behind them.
      await write(1, 'a', 'a1');
      await read(0);
    });
    afterAll(async () => {
      for (const service of services) service.kill('SIGTERM');
      await Promise.all(services.map(({ exited }) => exited));
      await proxy.stop();
      await store.stop();
    });

    const call = async (process: number, path: string, init?: RequestInit): Promise<Answer> => {
      const answer = await fetch(`${services[process]?.url}/api/secrets${path}`, init);
      const body = (await answer.json()) as Record<string, unknown>;
      return { status: answer.status, version: answer.headers.get('etag'), body };
    };
    const write = (process: number, key: string, value: string): Promise<Answer> =>
      call(process, '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri: `${uri}#${key}`, value }),
      });
    const read = (process: number): Promise<Answer> => call(process, `/value?uri=${encodeURIComponent(uri)}`);
    const remove = (process: number, key?: string): Promise<Answer> => {
      const address = key === undefined ? uri : `${uri}#${key}`;
      return call(process, `?uri=${encodeURIComponent(address)}`, { method: 'DELETE' });
    };

    it('of one process are done one after the other', async () => {
      const held = proxy.hold(WRITE);
      const writing = write(0, 'b', 'b1');
      await held.arrived;
      const removing = remove(0, 'a');
      held.release();
      expect(await writing).toMatchObject({ status: 200, version: '"2"' });
      expect(await removing).toMatchObject({ status: 200, version: '"3"' });
      expect((await read(1)).body).toEqual({ b: 'b1' });
    });

    it('of two processes: a writer that read just before brings the last key back', async () => {
      const held = proxy.hold(WRITE);
      const writing = write(1, 'b', 'b1');
      await held.arrived;
      expect(await remove(0, 'a')).toMatchObject({ status: 200, version: '"1"' });
      expect((await read(0)).body).toMatchObject({ code: 'SECRET_DELETED' });
      held.release();
      expect(await writing).toMatchObject({ status: 200, version: '"2"' });
      expect((await read(0)).body).toEqual({ a: 'a1', b: 'b1' });
    });

    it('of two processes: a writer that read just before brings the keys of a deleted secret back', async () => {
      const held = proxy.hold(WRITE);
      const writing = write(1, 'b', 'b1');
      await held.arrived;
      expect((await remove(0)).body).toMatchObject({ deleted: 'version', version: 1 });
      held.release();
      expect(await writing).toMatchObject({ status: 200, version: '"2"' });
      expect((await read(0)).body).toEqual({ a: 'a1', b: 'b1' });
    });

    it('of two processes: a removal that came after the write is noticed, taken back and made anew', async () => {
      const [deletion, undeletion] = [proxy.hold(DELETE), proxy.hold(UNDELETE)];
      const removing = remove(0, 'a');
      await deletion.arrived;
      expect(await write(1, 'b', 'b1')).toMatchObject({ status: 200, version: '"2"' });
      deletion.release();
      await undeletion.arrived;
      expect((await read(1)).body).toEqual({ a: 'a1', b: 'b1' });
      undeletion.release();
      expect(await removing).toMatchObject({ status: 200, version: '"3"' });
      expect((await read(1)).body).toEqual({ b: 'b1' });
    });

    it('of two processes: a writer that read just after starts from nothing, and the removal finds no key', async () => {
      const [look, undeletion] = [proxy.hold(/^GET \/v1\/secret\/metadata\//), proxy.hold(UNDELETE)];
      const removing = remove(0, 'a');
      await look.arrived;
      expect(await write(1, 'b', 'b1')).toMatchObject({ status: 200, version: '"2"' });
      look.release();
      await undeletion.arrived;
      undeletion.release();
      // The key that it took away is gone all the same.
      expect((await removing).body).toMatchObject({ code: 'FRAGMENT_NOT_FOUND' });
      expect((await read(1)).body).toEqual({ b: 'b1' });
    });
  });
}
