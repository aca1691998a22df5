import type { StoreCaseContext } from './kv2-store.contract.js';

const CAS_MISMATCH = ['check-and-set parameter did not match the current version'];

/** `data/<name>`: writing, reading, check-and-set, merge patch, `subkeys`. */
export function describeStoreData({ store, newName }: StoreCaseContext): void {
  it('answers a write with the version it made', async () => {
    const written = await store().request('POST', `/secret/data/${newName()}`, { data: { x: 1 } });
    expect(written.status).toBe(200);
    expect(written.data).toEqual({
      created_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
      custom_metadata: null,
      deletion_time: '',
      destroyed: false,
      version: 1,
    });
  });

  it('wraps what it answers', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { x: 1 } });
    const read = await store().request('GET', `/secret/data/${name}`);
    expect(read.body).toEqual({
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data: { data: { x: 1 }, metadata: expect.objectContaining({ version: 1, destroyed: false }) },
      wrap_info: null,
      warnings: null,
      auth: null,
    });
    expect(read.headers['content-type']).toBe('application/json');
    expect(read.headers['cache-control']).toBe('no-store');
  });

  it('takes PUT as POST', async () => {
    const name = newName();
    await store().request('PUT', `/secret/data/${name}`, { data: { x: 1 } });
    const second = await store().request('PUT', `/secret/data/${name}`, { data: { y: 2 } });
    expect(second.data.version).toBe(2);
    expect((await store().request('GET', `/secret/data/${name}`)).data.data).toEqual({ y: 2 });
  });

  it('answers 404 with an empty list of errors for what was never there', async () => {
    const read = await store().request('GET', `/secret/data/${newName()}`);
    expect([read.status, read.text]).toEqual([404, '{"errors":[]}\n']);
  });

  it('reads a pinned version, and the latest for 0 and for nothing', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    await store().request('POST', `/secret/data/${name}`, { data: { n: 2 } });
    for (const [query, n] of [
      ['version=1', 1],
      ['version=2', 2],
      ['version=0', 2],
      ['version=', 2],
      ['version=-1', 2],
    ]) {
      expect((await store().request('GET', `/secret/data/${name}?${query}`)).data.data).toEqual({ n });
    }
    expect((await store().request('GET', `/secret/data/${name}?version=3`)).text).toBe('{"errors":[]}\n');
  });

  it('refuses a version that is no number', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    for (const version of ['abc', '1.5', '99999999999999999999', '1&version=2']) {
      const read = await store().request('GET', `/secret/data/${name}?version=${version}`);
      expect(read.status).toBe(400);
      expect(read.errors[0]).toMatch(
        /^Field validation failed: error converting input for field "version": /,
      );
    }
  });

  it('warns of a parameter that it does not know', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    const read = await store().request('GET', `/secret/data/${name}?verison=1`);
    expect(read.body?.warnings).toEqual(['Endpoint ignored these unrecognized parameters: [verison]']);
  });

  it('writes only over the version that check-and-set names', async () => {
    const name = newName();
    const write = (cas: unknown) =>
      store().request('POST', `/secret/data/${name}`, { data: {}, options: { cas } });
    expect((await write(1)).errors).toEqual(CAS_MISMATCH);
    expect((await write(0)).data.version).toBe(1);
    const again = await write(0);
    expect([again.status, again.errors]).toEqual([400, CAS_MISMATCH]);
    expect((await write('1')).data.version).toBe(2);
    expect((await write(-1)).errors).toEqual(CAS_MISMATCH);
    expect((await write(2)).data.version).toBe(3);
  });

  it('refuses a check-and-set that is no number', async () => {
    for (const cas of ['z', 1.5]) {
      const body = { data: {}, options: { cas } };
      const write = await store().request('POST', `/secret/data/${newName()}`, body);
      expect([write.status, write.errors]).toEqual([400, ['error parsing check-and-set parameter']]);
    }
  });

  it('counts a soft-deleted secret as existing for check-and-set', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    await store().request('DELETE', `/secret/data/${name}`);
    const asNew = await store().request('POST', `/secret/data/${name}`, { data: {}, options: { cas: 0 } });
    expect(asNew.errors).toEqual(CAS_MISMATCH);
    const over = await store().request('POST', `/secret/data/${name}`, { data: {}, options: { cas: 1 } });
    expect(over.data.version).toBe(2);
  });

  it('wants a map under data', async () => {
    const write = (body: unknown) => store().request('POST', `/secret/data/${newName()}`, body);
    for (const body of [{}, { x: 2 }, '', 'null']) {
      const refused = await write(body);
      expect([refused.status, refused.errors]).toEqual([400, ['no data provided']]);
    }
    for (const data of ['text', [1], 5]) {
      const refused = await write({ data });
      expect(refused.status).toBe(400);
      expect(refused.errors[0]).toMatch(/^error converting input for field "data": /);
    }
  });

  it('keeps an empty map, and null as null', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: {} });
    expect((await store().request('GET', `/secret/data/${name}`)).data.data).toEqual({});
    await store().request('POST', `/secret/data/${name}`, { data: null });
    expect((await store().request('GET', `/secret/data/${name}`)).data.data).toBeNull();
  });

  it('merges a patch into the latest version', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, {
      data: { a: { b: 1, c: 2 }, list: [1, 2], s: 'x' },
    });
    const patch = { a: { b: null, d: { e: null, f: 1 } }, list: [3], s: { t: 1 }, n: { x: null } };
    const patched = await store().request('PATCH', `/secret/data/${name}`, { data: patch });
    expect([patched.status, patched.data.version]).toEqual([200, 2]);
    expect((await store().request('GET', `/secret/data/${name}`)).data.data).toEqual({
      a: { c: 2, d: { f: 1 } },
      list: [3],
      n: {},
      s: { t: 1 },
    });
  });

  it('patches nothing that is not there: 404 with an empty body', async () => {
    const patched = await store().request('PATCH', `/secret/data/${newName()}`, { data: { q: 1 } });
    expect([patched.status, patched.text]).toEqual([404, '']);
  });

  it('patches nothing that is deleted: 404 with the metadata', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    await store().request('DELETE', `/secret/data/${name}`);
    const patched = await store().request('PATCH', `/secret/data/${name}`, { data: { q: 1 } });
    expect(patched.status).toBe(404);
    expect(patched.data).toMatchObject({ version: 1, deletion_time: expect.stringMatching(/Z$/) });
  });

  it('knows check-and-set for a patch too', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    const wrong = await store().request('PATCH', `/secret/data/${name}`, {
      data: { q: 1 },
      options: { cas: 0 },
    });
    expect([wrong.status, wrong.errors]).toEqual([400, CAS_MISMATCH]);
    const right = await store().request('PATCH', `/secret/data/${name}`, {
      data: { q: 1 },
      options: { cas: 1 },
    });
    expect(right.data.version).toBe(2);
  });

  it('wants the content type of a merge patch', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    const as = (type: string) =>
      store().request(
        'PATCH',
        `/secret/data/${name}`,
        { data: { q: 1 } },
        { headers: { 'Content-Type': type } },
      );
    expect((await as('application/json')).status).toBe(415);
    expect((await as('application/merge-patch+json; charset=utf-8')).status).toBe(200);
  });

  it('tells the keys without the values', async () => {
    const name = newName();
    const data = { a: { b: { c: 1, d: [1] }, e: {} }, f: 'x', g: null, h: [] };
    await store().request('POST', `/secret/data/${name}`, { data });
    const subkeys = async (query: string) =>
      (await store().request('GET', `/secret/subkeys/${name}${query}`)).data;
    const all = { a: { b: { c: null, d: null }, e: null }, f: null, g: null, h: null };
    expect(await subkeys('')).toMatchObject({ subkeys: all, metadata: { version: 1 } });
    expect((await subkeys('?depth=0')).subkeys).toEqual(all);
    expect((await subkeys('?depth=1')).subkeys).toEqual({ a: null, f: null, g: null, h: null });
    expect((await subkeys('?depth=2')).subkeys).toEqual({
      a: { b: null, e: null },
      f: null,
      g: null,
      h: null,
    });
  });

  it('tells the keys of a pinned version, and none of what is gone', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { old: 1 } });
    await store().request('POST', `/secret/data/${name}`, { data: { new: 1 } });
    const pinned = await store().request('GET', `/secret/subkeys/${name}?version=1`);
    expect(pinned.data.subkeys).toEqual({ old: null });
    expect((await store().request('GET', `/secret/subkeys/${name}?version=7`)).text).toBe('{"errors":[]}\n');
    await store().request('DELETE', `/secret/data/${name}`);
    const gone = await store().request('GET', `/secret/subkeys/${name}`);
    expect(gone.status).toBe(404);
    expect(gone.data).toMatchObject({ subkeys: null, metadata: { version: 2, destroyed: false } });
  });

  it('does one write at a time: of many with the same check-and-set one wins', async () => {
    const name = newName();
    const body = { data: { n: 1 }, options: { cas: 0 } };
    const all = await Promise.all(
      Array.from({ length: 16 }, () => store().request('POST', `/secret/data/${name}`, body)),
    );
    expect(all.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(all.filter((answer) => answer.status === 400)).toHaveLength(15);
  });
}
