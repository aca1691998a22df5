import { canonical, codeOf } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

export function softDeletionCases(bench: () => ProviderBench): void {
  const deleted = async (name: string): Promise<void> => {
    await bench().replace(name, { a: 1, b: 2 });
    await bench().provider.remove(bench().uri(name), {});
  };

  describe('soft deletion', () => {
    it('says which version it deleted', async () => {
      await bench().replace('which', { a: 1 });
      await bench().replace('which', { a: 2 });
      const removal = await bench().provider.remove(bench().uri('which'), {});
      expect(removal).toEqual({ deleted: 'version', version: 2 });
      expect(canonical(await bench().read('which', 1))).toBe('{"a":1}');
    });

    it('makes a new version of a deleted secret, which is not a new secret', async () => {
      await deleted('rewrite');
      expect(await bench().replace('rewrite', { c: 3 })).toMatchObject({ created: false, version: 2 });
      expect(canonical(await bench().read('rewrite'))).toBe('{"c":3}');
    });

    it('starts from an empty map where a key is set on a deleted secret', async () => {
      await deleted('set');
      expect(await bench().setKey('set', 'c', 3)).toMatchObject({ created: false, version: 2 });
      expect(canonical(await bench().read('set'))).toBe('{"c":3}');
    });

    it('refuses what must find a live secret', async () => {
      await deleted('must');
      const mustExist = { mustExist: true };
      expect(await codeOf(bench().replace('must', { a: 1 }, mustExist))).toBe('SECRET_DELETED');
      expect(await codeOf(bench().setKey('must', 'a', 1, mustExist))).toBe('SECRET_DELETED');
      expect(await codeOf(bench().removeKey('must', 'a'))).toBe('SECRET_DELETED');
      expect(await codeOf(bench().provider.remove(bench().uri('must'), {}))).toBe('SECRET_DELETED');
    });

    it('destroys a deleted secret for good', async () => {
      await deleted('destroy');
      expect(await bench().provider.destroy(bench().uri('destroy'), {})).toMatchObject({
        deleted: 'all_versions',
      });
      expect(await codeOf(bench().read('destroy'))).toBe('SECRET_NOT_FOUND');
      expect(await bench().replace('destroy', { a: 1 })).toMatchObject({ created: true, version: 1 });
    });

    it('deletes softly with the last key, without a new version', async () => {
      await bench().replace('last', { a: 1 });
      await bench().removeKey('last', 'a');
      const metadata = await bench().versioned.readMetadata(bench().uri('last'));
      expect(metadata.currentVersion).toBe(1);
      expect(metadata.versions[0]).toMatchObject({ version: 1, state: 'deleted' });
      await bench().versioned.undelete(bench().uri('last'), [1]);
      expect(canonical(await bench().read('last'))).toBe('{"a":1}');
    });

    it('reads a secret again once it is undeleted', async () => {
      await deleted('undelete');
      await bench().versioned.undelete(bench().uri('undelete'), [1]);
      expect(canonical(await bench().read('undelete'))).toBe('{"a":1,"b":2}');
    });
  });
}
