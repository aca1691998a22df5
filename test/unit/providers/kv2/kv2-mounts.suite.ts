import { codeOf } from '../../../contract/provider-bench.js';
import { Sealed } from '../../../../src/secrets/sealed.js';
import { collect, freshUri, Kv2Rig, openRead, removeKey, replace, setKey } from './kv2-rig.js';
import type { StartStore } from './kv2-rig.js';
import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';

export function describeKv2Mounts(name: string, start: StartStore): void {
  describe(`mounts and policies, ${name}`, () => {
    let rig: Kv2Rig;
    let provider: Kv2Provider;
    beforeAll(async () => {
      rig = await Kv2Rig.start(start);
      provider = rig.connect();
      await rig.store.mountKv1('old');
      await rig.store.mountKv2('strict');
    });
    beforeEach(() => {
      rig.proxy.clear();
    });
    afterAll(() => rig.stop());

    it('touches nothing in an engine of version 1', async () => {
      const uri = freshUri('old');
      await rig.store.request('POST', `/old/data/${uri.path.join('/')}`, { data: { a: 1 } });
      for (const call of [
        provider.read(uri),
        replace(provider, uri, { a: 2 }),
        setKey(provider, uri, 'a', 2),
        provider.remove(uri, {}),
        provider.destroy(uri, {}),
        provider.readMetadata(uri),
        provider.undelete(uri, [1]),
        provider.updateOwner(uri, 'me'),
        collect(provider, 'openbao+kv2://old/'),
      ])
        expect(await codeOf(call)).toBe('PROVIDER_ERROR');
      expect(rig.proxy.calls.filter((call) => call.includes('/v1/old/'))).toEqual([]);
      const kept = await rig.store.request('GET', `/old/data/${uri.path.join('/')}`);
      expect(kept.data).toEqual({ data: { a: 1 } });
    });

    it('takes an engine of version 1 that hides itself for none it may write to', async () => {
      await rig.store.writePolicy('blind', 'path "sys/internal/ui/mounts/*" { capabilities = ["deny"] }');
      const token = await rig.store.createToken({ policies: ['blind'] });
      const blind = rig.connect({ token: new Sealed(token) });
      expect(await codeOf(replace(blind, freshUri('old'), { a: 2 }))).toBe('PROVIDER_DENIED');
      expect(rig.proxy.calls.filter((call) => call.startsWith('POST /v1/old'))).toEqual([]);
    });

    it('finds nothing where no engine is, and writes nothing', async () => {
      const uri = freshUri('nowhere');
      expect(await codeOf(provider.read(uri))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(provider.readMetadata(uri))).toBe('SECRET_NOT_FOUND');
      expect(await collect(provider, 'openbao+kv2://nowhere/')).toEqual([]);
      expect(await codeOf(replace(provider, uri, { a: 1 }))).toBe('PROVIDER_ERROR');
    });

    it('sees an engine that came later', async () => {
      const uri = freshUri('later');
      expect(await codeOf(provider.read(uri))).toBe('SECRET_NOT_FOUND');
      await rig.store.mountKv2('later');
      await untilWritten(provider, uri);
      expect(await openRead(provider, uri)).toEqual({ a: 1 });
    });

    it('writes where every write needs a check-and-set', async () => {
      await rig.store.request('POST', '/strict/config', { cas_required: true });
      const uri = freshUri('strict');
      expect(await replace(provider, uri, { a: 1 })).toEqual({ created: true, version: 1, warnings: [] });
      expect(await replace(provider, uri, { a: 2 })).toMatchObject({ created: false, version: 2 });
      expect(await setKey(provider, uri, 'b', 1)).toMatchObject({ version: 3 });
      await provider.remove(uri, {});
      expect(await replace(provider, uri, { a: 3 })).toMatchObject({ created: false, version: 4 });
      expect(await removeKey(provider, uri, 'a')).toMatchObject({ version: 4 });
    });

    it('stamps, and changes the owner, without the capability to patch', async () => {
      const rules = 'path "secret/*" { capabilities = ["create","read","update","delete","list"] }';
      const unpatched = await rig.connectAs(rules);
      const uri = freshUri();
      expect(await replace(unpatched, uri, { a: 1 })).toMatchObject({ warnings: [] });
      await rig.store.request('PATCH', `/secret/metadata/${uri.path.join('/')}`, {
        custom_metadata: { team: 'x' },
      });
      await unpatched.updateOwner(uri, 'bob');
      const { customMetadata } = await unpatched.readMetadata(uri);
      expect(customMetadata).toMatchObject({ created_by: 'alice', owner: 'bob', team: 'x' });
      expect(await codeOf(unpatched.updateOwner(freshUri(), 'bob'))).toBe('SECRET_NOT_FOUND');
    });

    it('writes without a stamp where metadata is closed to the service, and says so', async () => {
      const closed = await rig.connectAs(
        'path "secret/data/*" { capabilities = ["create","read","update"] }',
      );
      const outcome = await replace(closed, freshUri(), { a: 1 });
      expect(outcome).toEqual({ created: true, version: 1, warnings: ['METADATA_NOT_STAMPED'] });
    });

    it('stamps what can be stamped of a subject that is too long, and says so', async () => {
      const uri = freshUri();
      const outcome = await replace(provider, uri, { a: 1 }, { subject: 'ü'.repeat(257) });
      expect(outcome.warnings).toEqual(['METADATA_NOT_STAMPED']);
      expect(Object.keys((await provider.readMetadata(uri)).customMetadata)).toEqual(['created_at']);
    });

    it('keeps custom metadata that was there before the first version', async () => {
      const uri = freshUri();
      const path = `/secret/metadata/${uri.path.join('/')}`;
      await rig.store.request('POST', path, {
        max_versions: 5,
        custom_metadata: { created_by: 'carol', x: 'y' },
      });
      expect(await codeOf(provider.read(uri))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(provider.remove(uri, {}))).toBe('SECRET_NOT_FOUND');
      expect(await replace(provider, uri, { a: 1 })).toEqual({ created: true, version: 1, warnings: [] });
      const { customMetadata, maxVersions } = await provider.readMetadata(uri);
      expect(customMetadata).toMatchObject({ created_by: 'carol', owner: 'alice', x: 'y' });
      expect(maxVersions).toBe(5);
    });

    it('leaves an owner that was named between the write and its stamp', async () => {
      const uri = freshUri();
      rig.proxy.beforeForwarding = async (call) => {
        if (!call.startsWith('PATCH')) return;
        rig.proxy.beforeForwarding = undefined;
        const metadata = { custom_metadata: { owner: 'bob' } };
        await rig.store.request('PATCH', `/secret/metadata/${uri.path.join('/')}`, metadata);
      };
      expect(await replace(provider, uri, { a: 1 })).toMatchObject({ version: 1, warnings: [] });
      const { customMetadata } = await provider.readMetadata(uri);
      expect(customMetadata).toMatchObject({ created_by: 'alice', owner: 'bob' });
    });

    it('stamps where only the settings of the metadata were made before', async () => {
      const uri = freshUri();
      const path = `/secret/metadata/${uri.path.join('/')}`;
      await rig.store.request('POST', path, { max_versions: 3 });
      await rig.store.request('POST', path, { custom_metadata: {} });
      expect(await replace(provider, uri, { a: 1 })).toMatchObject({ warnings: [] });
      expect((await provider.readMetadata(uri)).customMetadata).toMatchObject({ created_by: 'alice' });
    });

    it('knows a pruned version from one that is deleted', async () => {
      const uri = freshUri();
      await rig.store.request('POST', `/secret/metadata/${uri.path.join('/')}`, { max_versions: 2 });
      for (const a of [1, 2, 3]) await replace(provider, uri, { a });
      expect(await codeOf(provider.read(uri.withVersion(1)))).toBe('VERSION_NOT_FOUND');
      expect(await openRead(provider, uri.withVersion(2))).toEqual({ a: 2 });
      expect((await provider.readMetadata(uri)).oldestVersion).toBe(2);
      expect(await provider.undelete(uri, [1, 3])).toEqual([
        { version: 1, outcome: 'not_found' },
        { version: 3, outcome: 'already' },
      ]);
    });

    it('takes a version with a time of deletion to come for live', async () => {
      const uri = freshUri();
      await rig.store.request('POST', `/secret/metadata/${uri.path.join('/')}`, {
        delete_version_after: '1h',
      });
      await replace(provider, uri, { a: 1 });
      const { versions } = await provider.readMetadata(uri);
      expect(versions[0]).toMatchObject({ state: 'live', deletionTime: expect.stringMatching(/Z$/) });
      expect(await provider.undelete(uri, [1])).toEqual([{ version: 1, outcome: 'already' }]);
    });

    it('refuses what the store takes in no value, and writes nothing', async () => {
      const uri = freshUri();
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index]));
      expect(await codeOf(replace(provider, uri, many))).toBe('VALUE_TOO_COMPLEX');
      expect(await codeOf(provider.updateOwner(uri, 'x'))).toBe('SECRET_NOT_FOUND');
      const huge = { k: 'x'.repeat(34 * 1024 * 1024) };
      expect(await codeOf(replace(provider, uri, huge))).toBe('BODY_TOO_LARGE');
      expect(await codeOf(provider.read(uri))).toBe('SECRET_NOT_FOUND');
    });

    it('refuses an owner that is over what the store takes', async () => {
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      expect(await codeOf(provider.updateOwner(uri, 'x'.repeat(513)))).toBe('VALUE_TOO_COMPLEX');
      expect((await provider.readMetadata(uri)).customMetadata).toMatchObject({ owner: 'alice' });
    });
  });
}

/** The check of a mount that was not there is repeated after a second. */
async function untilWritten(provider: Kv2Provider, uri: ReturnType<typeof freshUri>): Promise<void> {
  const endsAt = Date.now() + 5_000;
  for (;;) {
    try {
      await replace(provider, uri, { a: 1 });
      return;
    } catch (error) {
      if (Date.now() > endsAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
