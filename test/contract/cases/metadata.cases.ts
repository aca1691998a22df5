import { codeOf } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export function metadataCases(bench: () => ProviderBench): void {
  const readMetadata = (name: string) => bench().versioned.readMetadata(bench().uri(name));

  describe('metadata', () => {
    it('does not find that of a missing secret', async () => {
      expect(await codeOf(readMetadata('none'))).toBe('SECRET_NOT_FOUND');
    });

    it('tells the versions, newest first, with their states', async () => {
      for (const a of [1, 2, 3, 4]) await bench().replace('states', { a });
      await bench().versioned.destroyVersions(bench().uri('states'), [1]);
      await bench().provider.remove(bench().uri('states'), {});
      const { versions, ...rest } = await readMetadata('states');
      expect(rest).toMatchObject({ currentVersion: 4, maxVersions: expect.any(Number) });
      expect(rest.createdTime).toMatch(ISO_UTC);
      expect(rest.updatedTime).toMatch(ISO_UTC);
      expect(versions.map(({ version, state, destroyed }) => ({ version, state, destroyed }))).toEqual([
        { version: 4, state: 'deleted', destroyed: false },
        { version: 3, state: 'live', destroyed: false },
        { version: 2, state: 'live', destroyed: false },
        { version: 1, state: 'destroyed', destroyed: true },
      ]);
      expect(versions[0]?.deletionTime).toMatch(ISO_UTC);
      expect(versions[1]?.deletionTime).toBeNull();
      for (const { createdTime } of versions) expect(createdTime).toMatch(ISO_UTC);
    });

    it('is there for a secret that is deleted', async () => {
      await bench().replace('deleted', { a: 1 });
      await bench().provider.remove(bench().uri('deleted'), {});
      expect(await readMetadata('deleted')).toMatchObject({ currentVersion: 1 });
    });

    it('is stamped with who made the secret, and when', async () => {
      const before = Date.now();
      const outcome = await bench().replace('stamped', { a: 1 }, { subject: 'alice' });
      expect(outcome.warnings).toEqual([]);
      const { customMetadata } = await readMetadata('stamped');
      expect(customMetadata).toMatchObject({ created_by: 'alice', owner: 'alice' });
      expect(customMetadata['created_at']).toMatch(ISO_UTC);
      const at = Date.parse(customMetadata['created_at'] ?? '');
      expect(at).toBeGreaterThanOrEqual(before - 1000);
      expect(at).toBeLessThanOrEqual(Date.now() + 1000);
    });

    it('is stamped where one key makes the secret too', async () => {
      await bench().setKey('stamped-key', 'a', 1, { subject: 'alice' });
      expect((await readMetadata('stamped-key')).customMetadata).toMatchObject({ created_by: 'alice' });
    });

    it('names nobody where nobody is known', async () => {
      await bench().replace('nobody', { a: 1 }, { subject: undefined });
      const { customMetadata } = await readMetadata('nobody');
      expect(customMetadata).not.toHaveProperty('owner');
      expect(customMetadata['created_at']).toMatch(ISO_UTC);
    });

    it('keeps its stamp when others write later', async () => {
      await bench().replace('kept', { a: 1 }, { subject: 'alice' });
      const { customMetadata } = await readMetadata('kept');
      await bench().replace('kept', { a: 2 }, { subject: 'bob' });
      await bench().setKey('kept', 'b', 1, { subject: 'bob' });
      await bench().provider.remove(bench().uri('kept'), {});
      await bench().replace('kept', { a: 3 }, { subject: 'bob' });
      expect((await readMetadata('kept')).customMetadata).toEqual(customMetadata);
    });

    it('is stamped anew where the secret was destroyed', async () => {
      await bench().replace('anew', { a: 1 }, { subject: 'alice' });
      await bench().provider.destroy(bench().uri('anew'), {});
      await bench().replace('anew', { a: 1 }, { subject: 'bob' });
      expect((await readMetadata('anew')).customMetadata).toMatchObject({ created_by: 'bob', owner: 'bob' });
    });

    it('takes another owner and keeps the rest', async () => {
      await bench().replace('owned', { a: 1 }, { subject: 'alice' });
      const before = (await readMetadata('owned')).customMetadata;
      await bench().versioned.updateOwner(bench().uri('owned'), 'group:платформа');
      const after = await readMetadata('owned');
      expect(after.customMetadata).toEqual({ ...before, owner: 'group:платформа' });
      expect(after.currentVersion).toBe(1);
    });

    it('takes an owner of a secret that is soft-deleted', async () => {
      await bench().replace('owned-deleted', { a: 1 }, { subject: 'alice' });
      await bench().provider.remove(bench().uri('owned-deleted'), {});
      await bench().versioned.updateOwner(bench().uri('owned-deleted'), 'bob');
      expect((await readMetadata('owned-deleted')).customMetadata).toMatchObject({ owner: 'bob' });
    });

    it('makes no secret by naming an owner', async () => {
      expect(await codeOf(bench().versioned.updateOwner(bench().uri('none'), 'bob'))).toBe(
        'SECRET_NOT_FOUND',
      );
      expect(await codeOf(readMetadata('none'))).toBe('SECRET_NOT_FOUND');
    });
  });
}
