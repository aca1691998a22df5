import { setTimeout as sleep } from 'node:timers/promises';
import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import { SecretPrefix } from '../../../../src/secrets/secret-uri.js';
import { Walk } from '../../../../src/secrets/walk.js';
import { codeOf } from '../../../contract/provider-bench.js';
import { collect, Kv2Rig, replace, freshUri } from './kv2-rig.js';
import type { StartStore } from './kv2-rig.js';

const DATA = 'path "secret/data/*" { capabilities = ["create","read","update"] }';
const rulesFor = (...paths: string[]): string => [DATA, ...paths].join('\n');
const LIST = 'path "secret/metadata/*" { capabilities = ["read","list"] }';
const SCAN = 'path "secret/metadata/*" { capabilities = ["read","list","scan"] }';
/** Folders and secrets that stand in each other's way in a careless order. */
const NAMES = ['a', 'a b', 'a/x', 'a/x/y', 'a0', 'b/c/d', 'b/c/e', 'b/f', 'c', 'd/e/f/g/h', 'z'];
const TOP = 'openbao+kv2://secret/tree';

/** A store that knows no SCAN answers the same with more calls. */
export function describeKv2Listing(name: string, start: StartStore, { hasScan }: { hasScan: boolean }): void {
  describe(`listing, ${name}`, () => {
    let rig: Kv2Rig;
    let provider: Kv2Provider;
    let walking: Kv2Provider;
    const paths = async (by: Kv2Provider, prefix: string, walk?: Walk): Promise<string[]> =>
      (await collect(by, prefix, walk)).map(({ uri }) => uri.path.slice(1).join('/'));

    beforeAll(async () => {
      rig = await Kv2Rig.start(start);
      provider = rig.connect();
      walking = await rig.connectAs(rulesFor(LIST));
      for (const path of NAMES)
        await rig.store.request('POST', `/secret/data/tree/${encodeURI(path)}`, { data: { a: 1 } });
      await walking.read(freshUri()).catch(() => undefined);
    });
    beforeEach(() => {
      rig.proxy.clear();
    });
    afterAll(() => rig.stop());

    it('takes one call with SCAN, and tells what the store knows of each', async () => {
      const listed = await collect(rig.connect(), `${TOP}/`);
      expect(listed.map(({ uri }) => uri.path.slice(1).join('/'))).toEqual(NAMES);
      if (!hasScan) return;
      expect(rig.proxy.calls.filter((call) => call.includes('scan=true'))).toHaveLength(1);
      for (const entry of listed)
        expect(entry).toMatchObject({
          currentVersion: 1,
          customMetadata: {},
          createdTime: expect.any(String),
        });
    });

    it('asks for names alone where the policy gives no more', async () => {
      const scanning = await rig.connectAs(rulesFor(SCAN));
      expect(await paths(scanning, `${TOP}/`)).toEqual(NAMES);
      rig.proxy.clear();
      expect(await paths(scanning, `${TOP}/`)).toEqual(NAMES);
      if (hasScan) expect(rig.proxy.calls).toEqual(['GET /v1/secret/metadata/tree/?scan=true']);
    });

    it('walks folder by folder where the policy has no SCAN', async () => {
      expect(await paths(walking, `${TOP}/`)).toEqual(NAMES);
      expect(await paths(walking, `${TOP}/a`)).toEqual(['a', 'a/x', 'a/x/y']);
      expect(await paths(walking, `${TOP}/a/`)).toEqual(['a/x', 'a/x/y']);
      expect(await paths(walking, `${TOP}/none/`)).toEqual([]);
    });

    it('goes on behind every name, by SCAN and by walk alike', async () => {
      for (const [index, path] of NAMES.entries()) {
        const after = (): Walk => new Walk(1000, `tree/${path}`);
        expect(await paths(provider, `${TOP}/`, after())).toEqual(NAMES.slice(index + 1));
        expect(await paths(walking, `${TOP}/`, after())).toEqual(NAMES.slice(index + 1));
      }
    });

    it('does not look into folders that lie wholly before', async () => {
      await paths(walking, `${TOP}/`);
      rig.proxy.clear();
      expect(await paths(walking, `${TOP}/`, new Walk(1000, 'tree/c'))).toEqual(['d/e/f/g/h', 'z']);
      expect(rig.proxy.calls.filter((call) => /tree\/[ab]\//.test(call))).toEqual([]);
    });

    it('stops at its budget, with what comes first in the order', async () => {
      await paths(walking, `${TOP}/`);
      for (const budget of [0, 1, 2, 3, 5]) {
        rig.proxy.clear();
        const walk = new Walk(budget, undefined);
        const found = await paths(walking, `${TOP}/`, walk);
        expect(rig.proxy.calls.length).toBeLessThanOrEqual(budget);
        expect(walk.truncated).toBe(true);
        expect(found).toEqual(NAMES.slice(0, found.length));
      }
    });

    it('goes through any tree page by page, each page within its budget', async () => {
      const found: string[] = [];
      for (let page = 0; page < 50; page += 1) {
        const last = found.at(-1);
        const walk = new Walk(6, last === undefined ? undefined : `tree/${last}`);
        found.push(...(await paths(walking, `${TOP}/`, walk)));
        if (!walk.truncated) break;
      }
      expect(found).toEqual(NAMES);
    });

    it('leaves nothing under way when it is given up', async () => {
      await paths(walking, `${TOP}/`);
      rig.proxy.clear();
      rig.proxy.beforeForwarding = (call) => sleep(/tree\/[bd]/.test(call) ? 80 : 0);
      const found: string[] = [];
      for await (const batch of walking.list(SecretPrefix.parse(`${TOP}/`), new Walk(1000, undefined))) {
        found.push(...batch.map(({ uri }) => uri.path.slice(1).join('/')));
        if (found.includes('a/x')) break;
      }
      // Folders behind it were asked for already.
      expect(rig.proxy.calls.some((call) => call.includes('/tree/b/'))).toBe(true);
      expect(rig.proxy.underWay).toBe(0);
      const made = rig.proxy.calls.length;
      await sleep(100);
      expect(rig.proxy.calls).toHaveLength(made);
    });

    it('counts names that no address can spell', async () => {
      for (const path of ['e%CC%81', 'ok', '%2A', 'e%CC%81/x', 'x%5Cy'])
        await rig.store.request('POST', `/secret/data/odd/${path}`, { data: { a: 1 } });
      for (const by of [provider, walking]) {
        const walk = new Walk(1000, undefined);
        expect(await paths(by, 'openbao+kv2://secret/odd/', walk)).toEqual(['ok']);
        expect(walk.unspellableNames).toBe(4);
      }
    });

    it('lists a whole mount, with what is deleted softly', async () => {
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      await provider.remove(uri, {});
      const listed = await collect(provider, 'openbao+kv2://secret/');
      expect(listed.map((entry) => String(entry.uri))).toContain(String(uri));
      await provider.destroy(uri, {});
      const after = await collect(walking, 'openbao+kv2://secret/');
      expect(after.map((entry) => String(entry.uri))).not.toContain(String(uri));
    });

    it('lists thousands by names alone, the first time and after', async () => {
      const count = 2100;
      const names = Array.from({ length: count }, (_, index) => `s${String(index).padStart(5, '0')}`);
      for (let start = 0; start < count; start += 50)
        await Promise.all(
          names
            .slice(start, start + 50)
            .map((path) => rig.store.request('POST', `/secret/data/many/${path}`, { data: { a: 1 } })),
        );
      for (let time = 0; time < 2; time += 1) {
        rig.proxy.clear();
        const listed = await collect(provider, 'openbao+kv2://secret/many/');
        expect(listed.map(({ uri }) => uri.path[1])).toEqual(names);
        expect(listed.filter((entry) => 'currentVersion' in entry)).toEqual([]);
        expect(rig.proxy.calls).toHaveLength(1);
      }
      if (hasScan) expect(rig.proxy.calls).toEqual(['GET /v1/secret/metadata/many/?scan=true']);
    }, 60_000);

    it('says that a folder is closed to the service', async () => {
      const half = await rig.connectAs(rulesFor('path "secret/metadata/tree/" { capabilities = ["list"] }'));
      expect(await codeOf(collect(half, `${TOP}/`))).toBe('PROVIDER_DENIED');
    });
  });
}
