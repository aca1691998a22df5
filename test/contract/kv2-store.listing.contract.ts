import type { StoreCaseContext } from './kv2-store.contract.js';

/** LIST and SCAN, asked for by GET: Node's HTTP parser does not know the methods. */
export function describeStoreListing({ store, newName }: StoreCaseContext): void {
  const fill = async (folder: string, names: string[]): Promise<void> => {
    for (const name of names) {
      await store().request('POST', `/secret/data/${folder}/${encodeURI(name)}`, { data: { n: 1 } });
    }
  };
  const keysOf = async (target: string): Promise<unknown> =>
    (await store().request('GET', `/secret/metadata/${target}`)).data.keys;

  it('lists one level, folders with a slash, sorted by bytes, with and without a slash at the end', async () => {
    const folder = newName();
    await fill(folder, ['b', 'a', 'g/c', 'g/h/i', 'B', 'a b', 'é', 'g']);
    const keys = ['B', 'a', 'a b', 'b', 'g', 'g/', 'é'];
    expect(await keysOf(`${folder}?list=true`)).toEqual(keys);
    expect(await keysOf(`${folder}/?list=true`)).toEqual(keys);
    expect(await keysOf(`${folder}/g?list=true`)).toEqual(['c', 'h/']);
  });

  it('scans all levels: the names of a folder before those of its folders', async () => {
    const folder = newName();
    await fill(folder, ['b', 'a', 'g/c', 'g/h/i', 'g']);
    expect(await keysOf(`${folder}?scan=true`)).toEqual(['a', 'b', 'g', 'g/c', 'g/h/i']);
    expect(await keysOf(`${folder}/?scan=true`)).toEqual(['a', 'b', 'g', 'g/c', 'g/h/i']);
  });

  it('answers an empty LIST with 404 and an empty SCAN with 200 and no keys', async () => {
    const folder = newName();
    const list = await store().request('GET', `/secret/metadata/${folder}?list=true`);
    expect([list.status, list.text]).toEqual([404, '{"errors":[]}\n']);
    const scan = await store().request('GET', `/secret/metadata/${folder}?scan=true`);
    expect([scan.status, scan.body?.data]).toEqual([200, {}]);
  });

  it('does not list a secret as the folder of itself', async () => {
    const folder = newName();
    await fill(folder, ['leaf']);
    expect((await store().request('GET', `/secret/metadata/${folder}/leaf?list=true`)).status).toBe(404);
  });

  it('lists soft-deleted and destroyed secrets, and none whose metadata is gone', async () => {
    const folder = newName();
    await fill(folder, ['deleted', 'destroyed', 'gone', 'live']);
    await store().request('DELETE', `/secret/data/${folder}/deleted`);
    await store().request('POST', `/secret/destroy/${folder}/destroyed`, { versions: [1] });
    await store().request('DELETE', `/secret/metadata/${folder}/gone`);
    expect(await keysOf(`${folder}?list=true`)).toEqual(['deleted', 'destroyed', 'live']);
    expect(await keysOf(`${folder}?scan=true`)).toEqual(['deleted', 'destroyed', 'live']);
  });

  it('pages a LIST with after and limit, and not a SCAN', async () => {
    const folder = newName();
    await fill(folder, ['a', 'b', 'c', 'd']);
    expect(await keysOf(`${folder}?list=true&limit=2`)).toEqual(['a', 'b']);
    expect(await keysOf(`${folder}?list=true&limit=2&after=b`)).toEqual(['c', 'd']);
    expect(await keysOf(`${folder}?list=true&after=bb`)).toEqual(['c', 'd']);
    expect((await store().request('GET', `/secret/metadata/${folder}?list=true&after=d`)).status).toBe(404);
    expect(await keysOf(`${folder}?scan=true&limit=2`)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes the booleans of Go, refuses others and both at once', async () => {
    const folder = newName();
    await fill(folder, ['a']);
    for (const yes of ['1', 't', 'TRUE', 'True'])
      expect(await keysOf(`${folder}?list=${yes}`)).toEqual(['a']);
    for (const query of ['list=yes', 'scan=2', 'list=true&scan=true']) {
      const refused = await store().request('GET', `/secret/metadata/${folder}?${query}`);
      expect([refused.status, refused.text]).toEqual([400, '{"errors":[]}\n']);
    }
    expect(
      (await store().request('GET', `/secret/metadata/${folder}/a?list=false`)).data.current_version,
    ).toBe(1);
  });

  it('lists with metadata in one call', async () => {
    const folder = newName();
    await fill(folder, ['a', 'g/b']);
    const list = await store().request('GET', `/secret/detailed-metadata/${folder}?list=true`);
    expect(list.data).toMatchObject({ keys: ['a', 'g/'], key_info: { a: { current_version: 1 }, 'g/': {} } });
    const scan = await store().request('GET', `/secret/detailed-metadata/${folder}?scan=true`);
    expect(scan.data).toMatchObject({
      keys: ['a', 'g/b'],
      key_info: { a: { current_version: 1 }, 'g/b': { current_version: 1 } },
    });
  });

  it('does not list under data', async () => {
    const listed = await store().request('GET', `/secret/data/${newName()}?list=true`);
    expect([listed.status, listed.errors]).toEqual([
      405,
      ['1 error occurred:\n\t* unsupported operation\n\n'],
    ]);
  });

  it('lists the mount itself', async () => {
    await fill('top-level', ['x']);
    for (const target of ['?list=true', '/?list=true']) {
      const listed = await store().request('GET', `/secret/metadata${target}`);
      expect(listed.data.keys).toContain('top-level/');
    }
  });
}
