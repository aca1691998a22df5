import { canonical, codeOf } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

/** What the store keeps by default before it prunes the oldest. */
const DEFAULT_MAX_VERSIONS = 10;

export function versionsCases(bench: () => ProviderBench): void {
  describe('versions', () => {
    it('counts one version for each change', async () => {
      expect(await bench().replace('count', { a: 1 })).toMatchObject({ created: true, version: 1 });
      expect(await bench().replace('count', { a: 2 })).toMatchObject({ created: false, version: 2 });
      expect(await bench().setKey('count', 'b', 3)).toMatchObject({ version: 3 });
      expect(await bench().removeKey('count', 'b')).toMatchObject({ version: 4 });
      expect((await bench().provider.read(bench().uri('count'))).version).toBe(4);
      expect((await bench().provider.readKeys(bench().uri('count'))).version).toBe(4);
    });

    it('reads each version that is pinned', async () => {
      for (const a of [1, 2, 3]) await bench().replace('pinned', { a });
      for (const a of [1, 2, 3]) expect(canonical(await bench().read('pinned', a))).toBe(`{"a":${a}}`);
      expect((await bench().provider.read(bench().uri('pinned').withVersion(2))).version).toBe(2);
    });

    it('gives the keys of a pinned version', async () => {
      await bench().replace('pinned-keys', { old: 1 });
      await bench().replace('pinned-keys', { new: 1 });
      const keys = await bench().provider.readKeys(bench().uri('pinned-keys').withVersion(1));
      expect(keys).toEqual({ keys: ['old'], version: 1 });
    });

    it('does not find a version that was never made', async () => {
      await bench().replace('unknown', { a: 1 });
      expect(await codeOf(bench().read('unknown', 2))).toBe('VERSION_NOT_FOUND');
      expect(await codeOf(bench().provider.readKeys(bench().uri('unknown').withVersion(2)))).toBe(
        'VERSION_NOT_FOUND',
      );
    });

    it('does not find a version of a secret that was never written', async () => {
      expect(await codeOf(bench().read('never', 1))).toBe('SECRET_NOT_FOUND');
    });

    it('does not find a version that was pruned', async () => {
      for (let a = 1; a <= DEFAULT_MAX_VERSIONS + 1; a += 1) await bench().replace('pruned', { a });
      expect(await codeOf(bench().read('pruned', 1))).toBe('VERSION_NOT_FOUND');
      expect(canonical(await bench().read('pruned', 2))).toBe('{"a":2}');
      const metadata = await bench().versioned.readMetadata(bench().uri('pruned'));
      expect(metadata).toMatchObject({ currentVersion: 11, oldestVersion: 2 });
    });

    it('tells a deleted version from a destroyed one', async () => {
      for (const a of [1, 2, 3]) await bench().replace('kinds', { a });
      await bench().provider.remove(bench().uri('kinds'), {});
      await bench().versioned.destroyVersions(bench().uri('kinds'), [1]);
      expect(await codeOf(bench().read('kinds', 1))).toBe('VERSION_DESTROYED');
      expect(canonical(await bench().read('kinds', 2))).toBe('{"a":2}');
      expect(await codeOf(bench().read('kinds', 3))).toBe('VERSION_DELETED');
      expect(await codeOf(bench().provider.readKeys(bench().uri('kinds').withVersion(3)))).toBe(
        'VERSION_DELETED',
      );
      expect(await codeOf(bench().provider.readKeys(bench().uri('kinds').withVersion(1)))).toBe(
        'VERSION_DESTROYED',
      );
    });

    it('calls a secret whose latest version is destroyed deleted', async () => {
      await bench().replace('latest', { a: 1 });
      await bench().replace('latest', { a: 2 });
      await bench().versioned.destroyVersions(bench().uri('latest'), [2]);
      expect(await codeOf(bench().read('latest'))).toBe('SECRET_DELETED');
      expect(canonical(await bench().read('latest', 1))).toBe('{"a":1}');
    });

    it('gives every one of 32 changes at once a version of its own', async () => {
      await bench().replace('crowd', { start: 0 });
      const outcomes = await Promise.all(
        Array.from({ length: 32 }, (_, index) => bench().setKey('crowd', `key-${index}`, index)),
      );
      const versions = outcomes.map(({ version }) => version ?? 0).sort((a, b) => a - b);
      expect(versions).toEqual(Array.from({ length: 32 }, (_, index) => index + 2));
      expect(Object.keys(await bench().read('crowd'))).toHaveLength(33);
    });

    it('undeletes and says for each version what happened', async () => {
      for (const a of [1, 2, 3]) await bench().replace('undelete', { a });
      await bench().versioned.destroyVersions(bench().uri('undelete'), [1]);
      await bench().provider.remove(bench().uri('undelete'), {});
      const results = await bench().versioned.undelete(bench().uri('undelete'), [1, 2, 3, 4]);
      expect(results).toEqual([
        { version: 1, outcome: 'destroyed' },
        { version: 2, outcome: 'already' },
        { version: 3, outcome: 'undeleted' },
        { version: 4, outcome: 'not_found' },
      ]);
      expect(canonical(await bench().read('undelete'))).toBe('{"a":3}');
    });

    it('destroys versions and says for each what happened', async () => {
      for (const a of [1, 2, 3]) await bench().replace('destroy', { a });
      await bench().provider.remove(bench().uri('destroy'), {});
      const uri = bench().uri('destroy');
      expect(await bench().versioned.destroyVersions(uri, [1, 3, 9])).toEqual([
        { version: 1, outcome: 'destroyed' },
        { version: 3, outcome: 'destroyed' },
        { version: 9, outcome: 'not_found' },
      ]);
      expect(await bench().versioned.destroyVersions(uri, [3, 2])).toEqual([
        { version: 3, outcome: 'already' },
        { version: 2, outcome: 'destroyed' },
      ]);
      expect(await bench().versioned.undelete(uri, [1])).toEqual([{ version: 1, outcome: 'destroyed' }]);
      expect(await codeOf(bench().read('destroy', 1))).toBe('VERSION_DESTROYED');
    });

    it('neither undeletes nor destroys versions of a secret that is missing', async () => {
      expect(await codeOf(bench().versioned.undelete(bench().uri('none'), [1]))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(bench().versioned.destroyVersions(bench().uri('none'), [1]))).toBe(
        'SECRET_NOT_FOUND',
      );
    });
  });
}
