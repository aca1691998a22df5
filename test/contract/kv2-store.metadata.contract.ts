import type { StoreCaseContext } from './kv2-store.contract.js';

const METADATA_CAS_MISMATCH = ['metadata check-and-set parameter does not match the current version'];

/** `metadata/<name>`: custom metadata, settings, metadata check-and-set, its limits. */
export function describeStoreMetadata({ store, newName }: StoreCaseContext): void {
  const metadataOf = async (name: string): Promise<Record<string, unknown>> =>
    (await store().request('GET', `/secret/metadata/${name}`)).data;

  it('tells settings, versions and times', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { n: 1 } });
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    expect(await metadataOf(name)).toEqual({
      cas_required: false,
      created_time: time,
      current_metadata_version: 0,
      current_version: 1,
      custom_metadata: null,
      delete_version_after: '0s',
      max_versions: 0,
      metadata_cas_required: false,
      oldest_version: 0,
      updated_time: time,
      versions: { 1: { created_time: time, deletion_time: '', destroyed: false } },
    });
  });

  it('answers 404 with an empty list of errors for what was never there', async () => {
    const read = await store().request('GET', `/secret/metadata/${newName()}`);
    expect([read.status, read.text]).toEqual([404, '{"errors":[]}\n']);
  });

  it('makes a secret without versions by writing metadata', async () => {
    const name = newName();
    const written = await store().request('POST', `/secret/metadata/${name}`, {
      custom_metadata: { owner: 'x' },
    });
    expect([written.status, written.text]).toEqual([204, '']);
    expect(await metadataOf(name)).toMatchObject({
      current_version: 0,
      versions: {},
      current_metadata_version: 1,
    });
    expect((await store().request('GET', `/secret/data/${name}`)).text).toBe('{"errors":[]}\n');
  });

  it('replaces all custom metadata with POST, and keeps the settings that are not named', async () => {
    const name = newName();
    const first = { custom_metadata: { owner: 'x', team: 'y' }, max_versions: 3 };
    await store().request('POST', `/secret/metadata/${name}`, first);
    await store().request('POST', `/secret/metadata/${name}`, { custom_metadata: { owner: 'z' } });
    expect(await metadataOf(name)).toMatchObject({ custom_metadata: { owner: 'z' }, max_versions: 3 });
    await store().request('PUT', `/secret/metadata/${name}`, { max_versions: 4 });
    expect(await metadataOf(name)).toMatchObject({ custom_metadata: { owner: 'z' }, max_versions: 4 });
  });

  it('merges with PATCH: null takes a key away, other keys stay', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, {
      custom_metadata: { a: '1', b: '2' },
      max_versions: 3,
    });
    const patch = { custom_metadata: { a: null, c: '3' } };
    const patched = await store().request('PATCH', `/secret/metadata/${name}`, patch);
    expect([patched.status, patched.text]).toEqual([204, '']);
    expect(await metadataOf(name)).toMatchObject({ custom_metadata: { b: '2', c: '3' }, max_versions: 3 });
    await store().request('PATCH', `/secret/metadata/${name}`, { custom_metadata: null, max_versions: null });
    expect(await metadataOf(name)).toMatchObject({ custom_metadata: null, max_versions: 0 });
  });

  it('patches nothing that is not there: 404 with an empty body', async () => {
    const patched = await store().request('PATCH', `/secret/metadata/${newName()}`, {
      custom_metadata: { a: 'b' },
    });
    expect([patched.status, patched.text]).toEqual([404, '']);
  });

  it('keeps custom metadata over writes, and shows it with the data', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, { custom_metadata: { owner: 'x' } });
    const written = await store().request('POST', `/secret/data/${name}`, {
      data: { n: 1 },
      options: { cas: 0 },
    });
    expect(written.data).toMatchObject({ version: 1, custom_metadata: { owner: 'x' } });
    const read = await store().request('GET', `/secret/data/${name}`);
    expect(read.data.metadata).toMatchObject({ custom_metadata: { owner: 'x' } });
  });

  it('counts metadata versions, and not for a call that changes nothing', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, { custom_metadata: { a: '1' } });
    await store().request('PATCH', `/secret/metadata/${name}`, { custom_metadata: { a: '2' } });
    for (const method of ['POST', 'PATCH']) {
      expect((await store().request(method, `/secret/metadata/${name}`, { unknown: 1 })).status).toBe(204);
    }
    await store().request('POST', `/secret/data/${name}`, { data: {} });
    expect((await metadataOf(name)).current_metadata_version).toBe(2);
  });

  it('changes metadata only at the version that metadata_cas names', async () => {
    const name = newName();
    const post = (metadata_cas: number) =>
      store().request('POST', `/secret/metadata/${name}`, { custom_metadata: { a: 'x' }, metadata_cas });
    const patch = (metadata_cas: number) =>
      store().request('PATCH', `/secret/metadata/${name}`, { custom_metadata: { b: 'x' }, metadata_cas });
    expect((await post(3)).errors).toEqual(['metadata_cas must be 0 when creating new metadata']);
    expect((await post(0)).status).toBe(204);
    const again = await post(0);
    expect([again.status, again.errors]).toEqual([400, METADATA_CAS_MISMATCH]);
    expect((await patch(7)).errors).toEqual(METADATA_CAS_MISMATCH);
    expect((await patch(1)).status).toBe(204);
    expect((await post(2)).status).toBe(204);
    expect((await metadataOf(name)).current_metadata_version).toBe(3);
  });

  it('begins metadata_cas at 0 for a secret that has only data', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: {} });
    const patch = { custom_metadata: { a: 'x' }, metadata_cas: 0 };
    expect((await store().request('PATCH', `/secret/metadata/${name}`, patch)).status).toBe(204);
    expect((await store().request('PATCH', `/secret/metadata/${name}`, patch)).errors).toEqual(
      METADATA_CAS_MISMATCH,
    );
  });

  it('can require both kinds of check-and-set for a secret', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, {
      cas_required: true,
      metadata_cas_required: true,
    });
    const data = await store().request('POST', `/secret/data/${name}`, { data: {} });
    expect([data.status, data.errors]).toEqual([400, ['check-and-set parameter required for this call']]);
    for (const method of ['POST', 'PATCH']) {
      const refused = await store().request(method, `/secret/metadata/${name}`, {
        custom_metadata: { a: 'b' },
      });
      expect([refused.status, refused.errors]).toEqual([
        400,
        ['metadata check-and-set parameter required for this call'],
      ]);
    }
  });

  it('tells durations as Go prints them', async () => {
    const name = newName();
    for (const [given, told] of [
      ['1h30m', '1h30m0s'],
      [90, '1m30s'],
      ['0s', '0s'],
      ['86400', '24h0m0s'],
    ]) {
      await store().request('POST', `/secret/metadata/${name}`, { delete_version_after: given });
      expect((await metadataOf(name)).delete_version_after).toBe(told);
    }
    const refused = await store().request('POST', `/secret/metadata/${name}`, {
      delete_version_after: 'soon',
    });
    expect(refused.status).toBe(400);
  });

  it('turns numbers and booleans of POST into text', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, {
      custom_metadata: { a: 1.5, b: false, c: true },
    });
    expect((await metadataOf(name)).custom_metadata).toEqual({ a: '1.5', b: '0', c: '1' });
  });

  it('answers 500 to a PATCH with a number in custom metadata', async () => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, { custom_metadata: { a: '1' } });
    const patched = await store().request('PATCH', `/secret/metadata/${name}`, { custom_metadata: { a: 2 } });
    expect(patched.status).toBe(500);
    expect((await metadataOf(name)).custom_metadata).toEqual({ a: '1' });
  });

  it.each([
    ['a key over 128 bytes', { ['k'.repeat(129)]: 'v' }],
    ['a value over 512 bytes', { k: 'ü'.repeat(257) }],
    ['an empty key', { '': 'v' }],
    ['an empty value', { k: '' }],
    ['an unprintable value', { k: 'a\nb' }],
    ['an unprintable key', { 'a\nb': 'v' }],
    ['more than 64 keys', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']))],
    ['a map as value', { k: { a: 1 } }],
  ])('refuses %s in custom metadata', async (_title, custom_metadata) => {
    const name = newName();
    await store().request('POST', `/secret/metadata/${name}`, { custom_metadata: { kept: 'yes' } });
    for (const method of ['POST', 'PATCH']) {
      const refused = await store().request(method, `/secret/metadata/${name}`, { custom_metadata });
      expect(refused.status).toBe(400);
      expect(refused.errors[0]).toContain('custom_metadata validation failed');
    }
    expect((await metadataOf(name)).custom_metadata).toEqual({ kept: 'yes' });
  });

  it('takes keys of 128 and values of 512 bytes', async () => {
    const name = newName();
    const custom_metadata = { ['k'.repeat(128)]: 'ü'.repeat(256) };
    expect((await store().request('POST', `/secret/metadata/${name}`, { custom_metadata })).status).toBe(204);
    expect((await metadataOf(name)).custom_metadata).toEqual(custom_metadata);
  });

  it('answers 204 to a delete of metadata that is not there', async () => {
    expect((await store().request('DELETE', `/secret/metadata/${newName()}`)).status).toBe(204);
  });
}
