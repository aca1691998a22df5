import type { StoreCaseContext } from './kv2-store.contract.js';

/** The life of versions: soft delete, undelete, destroy, pruning, an end by time. */
export function describeStoreVersions({ store, newName }: StoreCaseContext): void {
  const write = async (name: string, count: number): Promise<void> => {
    for (let n = 1; n <= count; n += 1)
      await store().request('POST', `/secret/data/${name}`, { data: { n } });
  };
  const versionsOf = async (name: string): Promise<Record<string, Record<string, unknown>>> =>
    (await store().request('GET', `/secret/metadata/${name}`)).data.versions as Record<
      string,
      Record<string, unknown>
    >;

  it('soft-deletes the latest version: 204, then 404 with the metadata', async () => {
    const name = newName();
    await write(name, 2);
    const deleted = await store().request('DELETE', `/secret/data/${name}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    const read = await store().request('GET', `/secret/data/${name}`);
    expect(read.status).toBe(404);
    expect(read.data).toMatchObject({
      data: null,
      metadata: { version: 2, destroyed: false, deletion_time: expect.stringMatching(/Z$/) },
    });
    expect((await store().request('GET', `/secret/data/${name}?version=1`)).data.data).toEqual({ n: 1 });
  });

  it('answers 204 to a delete of what is not there or is deleted already', async () => {
    const name = newName();
    expect((await store().request('DELETE', `/secret/data/${name}`)).status).toBe(204);
    await write(name, 1);
    await store().request('DELETE', `/secret/data/${name}`);
    const first = (await versionsOf(name))['1']?.deletion_time;
    expect((await store().request('DELETE', `/secret/data/${name}`)).status).toBe(204);
    expect((await versionsOf(name))['1']?.deletion_time).toBe(first);
  });

  it('makes no new version by a delete', async () => {
    const name = newName();
    await write(name, 1);
    await store().request('DELETE', `/secret/data/${name}`);
    expect((await store().request('GET', `/secret/metadata/${name}`)).data.current_version).toBe(1);
  });

  it('deletes and undeletes chosen versions', async () => {
    const name = newName();
    await write(name, 3);
    expect((await store().request('POST', `/secret/delete/${name}`, { versions: [1, 3] })).status).toBe(204);
    for (const [version, status] of [
      [1, 404],
      [2, 200],
      [3, 404],
    ]) {
      expect((await store().request('GET', `/secret/data/${name}?version=${version}`)).status).toBe(status);
    }
    expect((await store().request('POST', `/secret/undelete/${name}`, { versions: [1] })).status).toBe(204);
    expect((await store().request('GET', `/secret/data/${name}?version=1`)).data.data).toEqual({ n: 1 });
    expect((await store().request('GET', `/secret/data/${name}`)).status).toBe(404);
  });

  it.each(['delete', 'undelete', 'destroy'])(
    'answers 204 to %s of unknown versions and names',
    async (action) => {
      const name = newName();
      expect((await store().request('POST', `/secret/${action}/${name}`, { versions: [1] })).status).toBe(
        204,
      );
      await write(name, 1);
      expect(
        (await store().request('POST', `/secret/${action}/${name}`, { versions: [7, -1, 0] })).status,
      ).toBe(204);
      expect((await store().request('GET', `/secret/data/${name}`)).status).toBe(200);
    },
  );

  it('wants at least one version', async () => {
    for (const [action, text] of [
      ['delete', 'No version number provided'],
      ['undelete', 'No version number provided'],
      ['destroy', 'no version number provided'],
    ]) {
      for (const body of [{ versions: [] }, {}, { versions: null }]) {
        const refused = await store().request('POST', `/secret/${action}/${newName()}`, body);
        expect([refused.status, refused.errors]).toEqual([400, [text]]);
      }
    }
  });

  it('takes versions as numbers, texts and a list with commas, and refuses others', async () => {
    for (const versions of [[1], ['1'], '1,2', 1]) {
      expect((await store().request('PUT', `/secret/undelete/${newName()}`, { versions })).status).toBe(204);
    }
    for (const versions of [['x'], [1.5]]) {
      const refused = await store().request('POST', `/secret/undelete/${newName()}`, { versions });
      expect(refused.status).toBe(400);
      expect(refused.errors[0]).toMatch(
        /^Field validation failed: error converting input for field "versions": /,
      );
    }
  });

  it('destroys for good: 404 with the metadata, and no undelete', async () => {
    const name = newName();
    await write(name, 2);
    expect((await store().request('PUT', `/secret/destroy/${name}`, { versions: [2] })).status).toBe(204);
    const expected = { data: null, metadata: { version: 2, destroyed: true, deletion_time: '' } };
    for (const action of ['read', 'undelete', 'delete']) {
      if (action !== 'read') await store().request('POST', `/secret/${action}/${name}`, { versions: [2] });
      const read = await store().request('GET', `/secret/data/${name}`);
      expect([read.status, read.data]).toMatchObject([404, expected]);
    }
  });

  it('writes on after a destroy with the next number', async () => {
    const name = newName();
    await write(name, 1);
    await store().request('POST', `/secret/destroy/${name}`, { versions: [1] });
    const next = await store().request('POST', `/secret/data/${name}`, {
      data: { n: 2 },
      options: { cas: 1 },
    });
    expect(next.data.version).toBe(2);
  });

  it('keeps ten versions where nothing else is said', async () => {
    const name = newName();
    await write(name, 12);
    const { data } = await store().request('GET', `/secret/metadata/${name}`);
    expect(data).toMatchObject({ current_version: 12, oldest_version: 3, max_versions: 0 });
    expect(Object.keys(await versionsOf(name))).toHaveLength(10);
    expect((await store().request('GET', `/secret/data/${name}?version=2`)).text).toBe('{"errors":[]}\n');
  });

  it('prunes to max_versions with the next write, not before', async () => {
    const name = newName();
    await write(name, 4);
    await store().request('POST', `/secret/metadata/${name}`, { max_versions: 2 });
    expect(Object.keys(await versionsOf(name))).toEqual(['1', '2', '3', '4']);
    await write(name, 1);
    expect(Object.keys(await versionsOf(name))).toEqual(['4', '5']);
    expect((await store().request('GET', `/secret/metadata/${name}`)).data.oldest_version).toBe(4);
  });

  it('begins with 1 again after its metadata was deleted', async () => {
    const name = newName();
    await write(name, 3);
    expect((await store().request('DELETE', `/secret/metadata/${name}`)).status).toBe(204);
    expect((await store().request('GET', `/secret/data/${name}`)).text).toBe('{"errors":[]}\n');
    const again = await store().request('POST', `/secret/data/${name}`, { data: {}, options: { cas: 0 } });
    expect(again.data.version).toBe(1);
  });

  it('says the end of a version in advance, and lets it end', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, { delete_version_after: '1s' });
    const written = await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    const endsAt = Date.parse(String(written.data.deletion_time));
    expect(endsAt - Date.parse(String(written.data.created_time))).toBe(1000);
    expect((await store().request('GET', `/secret/data/${name}`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const ended = await store().request('GET', `/secret/data/${name}`);
    expect([ended.status, ended.data]).toMatchObject([404, { metadata: { destroyed: false, version: 1 } }]);
  });

  it('gives an undeleted version a new end', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, { delete_version_after: '1h' });
    await write(name, 1);
    await store().request('DELETE', `/secret/data/${name}`);
    await store().request('POST', `/secret/undelete/${name}`, { versions: [1] });
    const read = await store().request('GET', `/secret/data/${name}`);
    const metadata = read.data.metadata as { deletion_time: string };
    expect(read.status).toBe(200);
    expect(Date.parse(metadata.deletion_time) - Date.now()).toBeGreaterThan(3_500_000);
  });
}
