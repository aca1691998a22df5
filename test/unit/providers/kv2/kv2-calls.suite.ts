import { freshUri, Kv2Rig, openRead, removeKey, replace, setKey, collect } from './kv2-rig.js';
import type { StartStore } from './kv2-rig.js';
import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import type { SecretUri } from '../../../../src/secrets/secret-uri.js';

type Act = (provider: Kv2Provider, uri: SecretUri) => Promise<unknown>;

const seed: Act = (provider, uri) => replace(provider, uri, { a: 1, b: 2 });

/** What each operation costs once the mount is checked, as the store counts it. */
const COSTS: readonly [string, Act, Act, number][] = [
  ['read', seed, (provider, uri) => provider.read(uri), 1],
  ['readKeys', seed, (provider, uri) => provider.readKeys(uri), 1],
  ['readMetadata', seed, (provider, uri) => provider.readMetadata(uri), 1],
  ['first write, with its stamp', () => Promise.resolve(), seed, 2],
  ['later write', seed, (provider, uri) => replace(provider, uri, { a: 2 }), 1],
  ['write with If-Match', seed, (provider, uri) => replace(provider, uri, { a: 2 }, { ifMatch: 1 }), 1],
  ['rotation', seed, (provider, uri) => replace(provider, uri, { a: 2 }, { mustExist: true }), 2],
  ['setting a key', seed, (provider, uri) => setKey(provider, uri, 'c', 3), 2],
  ['removing a key', seed, (provider, uri) => removeKey(provider, uri, 'a'), 2],
  [
    'removing the last key',
    (provider, uri) => replace(provider, uri, { a: 1 }),
    (provider, uri) => removeKey(provider, uri, 'a'),
    3,
  ],
  ['remove', seed, (provider, uri) => provider.remove(uri, {}), 2],
  ['destroy', seed, (provider, uri) => provider.destroy(uri, {}), 2],
  ['destroyVersions', seed, (provider, uri) => provider.destroyVersions(uri, [1]), 2],
  ['undelete of what is live', seed, (provider, uri) => provider.undelete(uri, [1]), 1],
  ['updateOwner', seed, (provider, uri) => provider.updateOwner(uri, 'bob'), 1],
  [
    'list with SCAN',
    seed,
    (provider, uri) => collect(provider, `openbao+kv2://secret/${uri.path[0] ?? ''}/`),
    1,
  ],
];

export function describeKv2Calls(name: string, start: StartStore): void {
  describe(`calls to the store, ${name}`, () => {
    let rig: Kv2Rig;
    let provider: Kv2Provider;
    beforeAll(async () => {
      rig = await Kv2Rig.start(start);
      provider = rig.connect();
      await seed(provider, freshUri());
    });
    afterAll(() => rig.stop());

    it.each(COSTS)('%s', async (_, prepare, act, calls) => {
      const uri = freshUri();
      await prepare(provider, uri);
      rig.proxy.clear();
      await act(provider, uri);
      expect(rig.proxy.calls).toHaveLength(calls);
    });

    it('checks a mount once, and asks nothing before the first call', async () => {
      rig.proxy.clear();
      const other = rig.connect();
      expect(rig.proxy.calls).toEqual([]);
      const uri = freshUri();
      await replace(other, uri, { a: 1 });
      await Promise.all([openRead(other, uri), openRead(other, uri)]);
      expect(rig.proxy.calls.filter((call) => call.includes('/ui/mounts/'))).toHaveLength(1);
    });
  });
}
