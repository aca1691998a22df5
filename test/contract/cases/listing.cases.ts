import { Walk } from '../../../src/secrets/walk.js';
import type { ProviderBench } from '../provider-bench.js';

export function listingCases(bench: () => ProviderBench): void {
  const write = async (...names: string[]): Promise<void> => {
    for (const name of names) await bench().replace(name, { token: name });
  };

  describe('listing', () => {
    it('yields nothing where nothing is', async () => {
      expect(await bench().list()).toEqual([]);
      expect(await bench().list('no/such/folder/')).toEqual([]);
      expect(await bench().list('no/such/secret')).toEqual([]);
    });

    it('goes down all levels', async () => {
      await write('a', 'b/c', 'b/d/e', 'b/d/f/g/h/i');
      expect(await bench().list()).toEqual(['a', 'b/c', 'b/d/e', 'b/d/f/g/h/i']);
    });

    it('orders by decoded path, in UTF-16 code units', async () => {
      const names = ['a', 'a%20b', 'a-b', 'a.b', 'a/x', 'a0', 'aa', 'z', 'é', '🔑', '\uff61'];
      await write(...[...names].reverse());
      expect(await bench().list()).toEqual(names.map(decodeURIComponent));
    });

    it('does not take apple for app', async () => {
      await write('app', 'app/api', 'app/db', 'app-two', 'apple', 'apple/pie');
      expect(await bench().list('app')).toEqual(['app', 'app/api', 'app/db']);
      expect(await bench().list('app/')).toEqual(['app/api', 'app/db']);
      expect(await bench().list('app/*')).toEqual(['app/api', 'app/db']);
      expect(await bench().list('apple/')).toEqual(['apple/pie']);
    });

    it('lists a secret that its prefix names whole', async () => {
      await write('only', 'other');
      expect(await bench().list('only')).toEqual(['only']);
      expect(await bench().list('only/')).toEqual([]);
    });

    it('begins behind a name', async () => {
      const names = ['a', 'b/c', 'b/d', 'b/d/e', 'b%20x', 'c'];
      await write(...names);
      const all = await bench().list();
      expect(all).toEqual(['a', 'b x', 'b/c', 'b/d', 'b/d/e', 'c']);
      for (const [index, name] of all.entries()) {
        expect(await bench().list('', name)).toEqual(all.slice(index + 1));
      }
    });

    it('begins behind a name that is gone or never was', async () => {
      await write('a', 'c', 'e/f');
      expect(await bench().list('', 'b')).toEqual(['c', 'e/f']);
      expect(await bench().list('', 'e')).toEqual(['e/f']);
      expect(await bench().list('', 'e/f/g')).toEqual([]);
      expect(await bench().list('', 'zzz')).toEqual([]);
      expect(await bench().list('e/', 'a')).toEqual(['e/f']);
    });

    it('begins behind the secret of its own name', async () => {
      await write('self', 'self/a', 'self/b');
      expect(await bench().list('self', 'self')).toEqual(['self/a', 'self/b']);
      expect(await bench().list('self', 'self/a')).toEqual(['self/b']);
    });

    it('yields whole canonical addresses, and keys only where it knows them', async () => {
      await bench().replace('full%20name', { b: 1, a: 2 });
      const [listed] = await bench().collect(bench().prefix(''), new Walk(1000, undefined));
      expect(String(listed?.uri)).toBe(String(bench().uri('full%20name')));
      expect([...(listed?.keys ?? ['a', 'b'])].sort()).toEqual(['a', 'b']);
    });

    it('takes a whole mount for a prefix', async () => {
      await write('x', 'y/z');
      const mount = bench().uri('x').mount;
      const scheme = bench().uri('x').scheme;
      const { SecretPrefix } = await import('../../../src/secrets/secret-uri.js');
      const listed = await bench().collect(
        SecretPrefix.parse(`${scheme}://${mount}/`),
        new Walk(1000, undefined),
      );
      const ours = listed.filter(({ uri }) => uri.path[0] === bench().folder);
      expect(ours.map(({ uri }) => uri.path.slice(1).join('/'))).toEqual(['x', 'y/z']);
      const paths = listed.map(({ uri }) => uri.path.join('/'));
      expect(paths).toEqual([...paths].sort());
    });

    it('lists 250 secrets once each', async () => {
      const names = Array.from({ length: 250 }, (_, index) => `n${String(index).padStart(3, '0')}`);
      await Promise.all(names.map((name) => write(name)));
      expect(await bench().list()).toEqual(names);
    });

    it('can be given up in the middle', async () => {
      await write('a', 'b', 'c');
      for await (const batch of bench().provider.list(bench().prefix(''), new Walk(1000, undefined))) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
      expect(await bench().list()).toEqual(['a', 'b', 'c']);
    });
  });
}
