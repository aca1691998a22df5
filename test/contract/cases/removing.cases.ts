import { canonical, codeOf } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

export function removingCases(bench: () => ProviderBench, { versioned }: { versioned: boolean }): void {
  const goneCode = versioned ? 'SECRET_DELETED' : 'SECRET_NOT_FOUND';

  describe('removing', () => {
    it('removes one key and leaves the others', async () => {
      await bench().replace('key', { a: 1, b: { c: 2 } });
      expect(await bench().removeKey('key', 'a')).toMatchObject({ created: false });
      expect(canonical(await bench().read('key'))).toBe('{"b":{"c":2}}');
    });

    it('takes the secret with its last key', async () => {
      await bench().replace('last', { a: 1 });
      await bench().removeKey('last', 'a');
      expect(await codeOf(bench().read('last'))).toBe(goneCode);
      expect(await codeOf(bench().removeKey('last', 'a'))).toBe(goneCode);
    });

    it('does not find a key, or the secret of it', async () => {
      await bench().replace('no-key', { a: 1 });
      expect(await codeOf(bench().removeKey('no-key', 'b'))).toBe('FRAGMENT_NOT_FOUND');
      expect(await codeOf(bench().removeKey('never', 'b'))).toBe('SECRET_NOT_FOUND');
      expect(canonical(await bench().read('no-key'))).toBe('{"a":1}');
    });

    it('removes a secret, and not twice', async () => {
      await bench().replace('gone', { a: 1 });
      const removal = await bench().provider.remove(bench().uri('gone'), {});
      expect(removal).toEqual(
        versioned ? { deleted: 'version', version: 1 } : { deleted: 'secret', version: undefined },
      );
      expect(await codeOf(bench().read('gone'))).toBe(goneCode);
      expect(await codeOf(bench().provider.readKeys(bench().uri('gone')))).toBe(goneCode);
      expect(await codeOf(bench().provider.remove(bench().uri('gone'), {}))).toBe(goneCode);
    });

    it('destroys a secret for good, and not twice', async () => {
      await bench().replace('destroyed', { a: 1 });
      await bench().replace('destroyed', { a: 2 });
      const removal = await bench().provider.destroy(bench().uri('destroyed'), {});
      expect(removal.deleted).toBe(versioned ? 'all_versions' : 'secret');
      expect(await codeOf(bench().read('destroyed'))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(bench().provider.destroy(bench().uri('destroyed'), {}))).toBe('SECRET_NOT_FOUND');
    });

    it('makes a secret anew after it was destroyed', async () => {
      await bench().replace('again', { a: 1 });
      await bench().provider.destroy(bench().uri('again'), {});
      const outcome = await bench().replace('again', { b: 2 });
      expect(outcome).toMatchObject({ created: true, version: versioned ? 1 : undefined });
      expect(canonical(await bench().read('again'))).toBe('{"b":2}');
    });

    it('does not find what was never there', async () => {
      expect(await codeOf(bench().provider.remove(bench().uri('never'), {}))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(bench().provider.destroy(bench().uri('never'), {}))).toBe('SECRET_NOT_FOUND');
    });

    it('leaves the secrets beside and below', async () => {
      for (const name of ['a', 'a/b', 'ab']) await bench().replace(name, { name });
      await bench().provider.destroy(bench().uri('a'), {});
      expect(await bench().list()).toEqual(['a/b', 'ab']);
    });
  });
}
