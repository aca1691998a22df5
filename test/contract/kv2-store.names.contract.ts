import type { StoreCaseContext } from './kv2-store.contract.js';

/** Which names of secrets the store takes, and what it makes of the others. */
export function describeStoreNames({ store, newName }: StoreCaseContext): void {
  it.each([
    'a%20b',
    '%20a',
    '%C3%A9',
    'e%CC%81',
    '%F0%9F%98%80',
    'a%5Cb',
    'a%252Fb',
    '...',
    'a..b',
    'a+b',
    'a%2Bb',
    'a*',
    'a%3Fb',
    'a%23b',
    'a;b',
    'a=b&c',
    'a:b@c',
    'a%25b',
    'a%60%7B%7C%7D%5E%22%3C%3E',
    'A',
  ])('keeps the name %s apart from its neighbours', async (encoded) => {
    const folder = newName();
    await store().request('POST', `/secret/data/${folder}/${encoded}`, { data: { n: 1 } });
    const listed = await store().request('GET', `/secret/metadata/${folder}?list=true`);
    expect(listed.data.keys).toEqual([decodeURIComponent(encoded)]);
    expect((await store().request('GET', `/secret/data/${folder}/${encoded}`)).data.data).toEqual({ n: 1 });
  });

  it('takes an encoded slash as a slash', async () => {
    const folder = newName();
    await store().request('POST', `/secret/data/${folder}/a%2Fb`, { data: { n: 1 } });
    expect((await store().request('GET', `/secret/data/${folder}/a/b`)).data.data).toEqual({ n: 1 });
  });

  it('does not normalise: two forms of one letter are two names', async () => {
    const folder = newName();
    await store().request('POST', `/secret/data/${folder}/%C3%A9`, { data: { n: 1 } });
    expect((await store().request('GET', `/secret/data/${folder}/e%CC%81`)).status).toBe(404);
  });

  it.each([
    ['a tab', 'a%09b'],
    ['a line feed', 'a%0Ab'],
    ['NUL', 'a%00'],
    ['DEL', 'a%7F'],
    ['a zero-width space', 'a%E2%80%8Bb'],
    ['a no-break space', 'a%C2%A0b'],
    ['a soft hyphen', 'a%C2%ADb'],
    ['a line separator', '%E2%80%A8'],
    ['a change of direction', 'a%E2%80%AEb'],
    ['a byte order mark', 'a%EF%BB%BFb'],
    ['an ideographic space', 'a%E3%80%80b'],
    ['a private character', 'a%EE%80%80'],
    ['an unassigned character', 'a%CD%B8'],
    ['a joiner', '%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9'],
  ])('refuses %s in a name: 400 with an empty body', async (_title, encoded) => {
    for (const [method, area] of [
      ['POST', 'data'],
      ['GET', 'data'],
      ['GET', 'metadata'],
      ['DELETE', 'metadata'],
    ]) {
      const body = method === 'POST' ? { data: { n: 1 } } : undefined;
      const refused = await store().request(String(method), `/secret/${area}/${newName()}/${encoded}`, body);
      expect([refused.status, refused.text, refused.headers['content-type']]).toEqual([400, '', undefined]);
    }
  });

  it.each([
    ['a/../b', '/v1/secret/data/folder/b'],
    ['a//b', '/v1/secret/data/folder/a/b'],
    ['a/./b', '/v1/secret/data/folder/a/b'],
    ['..', '/v1/secret/data'],
  ])('redirects the path %s to the clean one', async (path, location) => {
    const answer = await store().request('GET', `/secret/data/folder/${path}`);
    expect([answer.status, answer.headers.location]).toEqual([307, location]);
    const withQuery = await store().request('GET', `/secret/data/folder/${path}?version=1`);
    expect(withQuery.headers.location).toBe(`${location}?version=1`);
  });

  it.each(['a/%2e%2e/b', '%2E/b', 'b%2f..'])('refuses the relative path %s', async (path) => {
    const refused = await store().request('GET', `/secret/data/folder/${path}`);
    expect([refused.status, refused.errors]).toEqual([400, ['relative paths not supported']]);
  });

  it('refuses a broken escape before it is read as a request', async () => {
    const refused = await store().request('GET', '/secret/data/a%zz');
    expect([refused.status, refused.text]).toEqual([400, '400 Bad Request']);
  });

  it('writes to no folder', async () => {
    for (const area of ['data', 'metadata']) {
      const refused = await store().request('POST', `/secret/${area}/${newName()}/`, { data: { n: 1 } });
      expect([refused.status, refused.errors]).toEqual([400, ["cannot write to a path ending in '/'"]]);
    }
  });

  it('answers 404 with a warning to a path that a KV v2 mount does not have', async () => {
    const read = await store().request('GET', `/secret/${newName()}`);
    expect(read.status).toBe(404);
    expect((read.body?.warnings as string[])[0]).toMatch(
      /^Invalid path for a versioned K\/V secrets engine\./,
    );
  });

  it('lets a name be a secret and a folder', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    await store().request('POST', `/secret/data/${name}/below`, { data: { n: 2 } });
    expect((await store().request('GET', `/secret/data/${name}`)).data.data).toEqual({ n: 1 });
    await store().request('DELETE', `/secret/metadata/${name}`);
    expect((await store().request('GET', `/secret/data/${name}/below`)).data.data).toEqual({ n: 2 });
  });
}
