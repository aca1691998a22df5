import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

export interface SearchedStore {
  readonly scheme: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface SearchBody {
  readonly items: { readonly uri: string; readonly matched: string[]; readonly keys: string[] }[];
  readonly next_cursor: string | null;
  readonly truncated?: boolean;
}

/** Somebody looks for a secret of which they know a part of a name. */
export function describeSearch(name: string, startStore: () => Promise<SearchedStore>): void {
  describe(`search, ${name}`, () => {
    let store: SearchedStore;
    let running: RunningApp;

    const SECRETS: Record<string, Record<string, unknown>> = {
      'app/api': { token: 'findme', user: 'u' },
      'app/db': { API_KEY: 'x', port: 1 },
      'apple/pie': { Straße: 'x' },
      other: { 'api-other': 1, apiOther: 2 },
      'web/Token': { k: 1 },
    };

    beforeAll(async () => {
      store = await startStore();
      running = await createApp(store.env);
      for (const [path, value] of Object.entries(SECRETS)) {
        await running.http
          .post('/api/secrets')
          .send({ uri: `${store.scheme}://secret/${path}`, value })
          .expect(201);
      }
      await running.http
        .post('/api/secrets')
        .send({ uri: `${store.scheme}://secret/app/gone`, value: { apiGone: 1 } });
      await running.http
        .delete('/api/secrets')
        .query({ uri: `${store.scheme}://secret/app/gone` })
        .expect(200);
    });
    afterAll(async () => {
      await running.close();
      await store.stop();
    });

    const ask = (q: string, prefix = '', more: object = {}) =>
      running.http
        .get('/api/secrets/search')
        .query({ q, prefix: `${store.scheme}://secret/${prefix}`, ...more });
    const found = async (q: string, prefix?: string): Promise<[string, string[], string[]][]> => {
      const { items } = (await ask(q, prefix).expect(200)).body as SearchBody;
      return items.map(({ uri, matched, keys }) => [
        uri.replace(`${store.scheme}://secret/`, ''),
        matched,
        [...keys].sort(),
      ]);
    };

    it('finds paths and keys without regard to case', async () => {
      expect((await found('API')).filter(([path]) => path !== 'app/gone')).toEqual([
        ['app/api', ['path'], []],
        ['app/db', ['key'], ['API_KEY']],
        ['other', ['key'], ['api-other', 'apiOther']],
      ]);
      expect(await found('token')).toEqual([
        ['app/api', ['key'], ['token']],
        ['web/Token', ['path'], []],
      ]);
      expect(await found('straße')).toEqual([['apple/pie', ['key'], ['Straße']]]);
    });

    it('never looks at values', async () => {
      expect(await found('findme')).toEqual([]);
    });

    it('keeps to the prefix, by whole segments', async () => {
      expect((await found('p', 'app/')).map(([path]) => path).filter((path) => path !== 'app/gone')).toEqual([
        'app/api',
        'app/db',
      ]);
      expect(await found('p', 'nothing/')).toEqual([]);
    });

    it('pages by cursor, without losing or repeating one', async () => {
      const paths: string[] = [];
      let cursor: string | null = null;
      do {
        const { body } = await ask('a', '', { limit: 1, ...(cursor !== null && { cursor }) }).expect(200);
        const { items, next_cursor: next } = body as SearchBody;
        paths.push(...items.map(({ uri }) => uri));
        cursor = next;
      } while (cursor !== null && paths.length < 20);
      expect(paths).toEqual(
        (
          await ask('a')
            .expect(200)
            .then(({ body }) => body as SearchBody)
        ).items.map(({ uri }) => uri),
      );
      expect(paths.length).toBeGreaterThan(2);
    });

    it.each([{}, { q: '' }, { q: 'x'.repeat(257) }])('asks for a text: %p', async (query) => {
      await running.http
        .get('/api/secrets/search')
        .query({ prefix: `${store.scheme}://secret/`, ...query })
        .expect(400);
    });
  });
}
