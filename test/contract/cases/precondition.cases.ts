import { canonical, codeOf } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

export function preconditionCases(bench: () => ProviderBench, { versioned }: { versioned: boolean }): void {
  describe('preconditions', () => {
    it('makes a secret that must not exist, once', async () => {
      const outcome = await bench().replace('once', { a: 1 }, { ifNoneMatch: true });
      expect(outcome).toMatchObject({ created: true });
      expect(await codeOf(bench().replace('once', { a: 2 }, { ifNoneMatch: true }))).toBe(
        'PRECONDITION_FAILED',
      );
      expect(await codeOf(bench().setKey('once', 'b', 2, { ifNoneMatch: true }))).toBe('PRECONDITION_FAILED');
      expect(canonical(await bench().read('once'))).toBe('{"a":1}');
    });

    it('makes a secret by one key where it must not exist', async () => {
      expect(await bench().setKey('once-key', 'a', 1, { ifNoneMatch: true })).toMatchObject({
        created: true,
      });
    });

    it('lets one of 16 win where none may exist', async () => {
      const attempts = Array.from({ length: 16 }, (_, index) =>
        bench().replace('race', { index }, { ifNoneMatch: true }),
      );
      const settled = await Promise.allSettled(attempts);
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const codes = settled.flatMap((one) =>
        one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
      );
      expect(new Set(codes)).toEqual(new Set(['PRECONDITION_FAILED']));
    });

    it('removes nothing where none may exist', async () => {
      await bench().replace('kept', { a: 1 });
      const precondition = { ifNoneMatch: true };
      expect(await codeOf(bench().provider.remove(bench().uri('kept'), precondition))).toBe(
        'PRECONDITION_FAILED',
      );
      expect(await codeOf(bench().provider.destroy(bench().uri('kept'), precondition))).toBe(
        'PRECONDITION_FAILED',
      );
      expect(await codeOf(bench().removeKey('kept', 'a', precondition))).toBe('PRECONDITION_FAILED');
      expect(canonical(await bench().read('kept'))).toBe('{"a":1}');
    });

    if (versioned) versionCases(bench);
    else versionlessCases(bench);
  });
}

function versionlessCases(bench: () => ProviderBench): void {
  it('knows no versions to match', async () => {
    await bench().replace('versionless', { a: 1 });
    const uri = bench().uri('versionless');
    expect(await codeOf(bench().replace('versionless', { a: 2 }, { ifMatch: 1 }))).toBe('NOT_SUPPORTED');
    expect(await codeOf(bench().setKey('versionless', 'a', 2, { ifMatch: 1 }))).toBe('NOT_SUPPORTED');
    expect(await codeOf(bench().provider.remove(uri, { ifMatch: 1 }))).toBe('NOT_SUPPORTED');
    expect(await codeOf(bench().provider.destroy(uri, { ifMatch: 1 }))).toBe('NOT_SUPPORTED');
    expect(canonical(await bench().read('versionless'))).toBe('{"a":1}');
  });

  it('knows no version to pin', async () => {
    await bench().replace('pin', { a: 1 });
    expect(await codeOf(bench().read('pin', 1))).toBe('NOT_SUPPORTED');
    expect(await codeOf(bench().provider.readKeys(bench().uri('pin').withVersion(1)))).toBe('NOT_SUPPORTED');
    expect(await codeOf(bench().read('none', 1))).toBe('NOT_SUPPORTED');
  });

  it('tells no version', async () => {
    const outcome = await bench().replace('no-version', { a: 1 });
    expect(outcome.version).toBeUndefined();
    expect((await bench().provider.read(bench().uri('no-version'))).version).toBeUndefined();
  });
}

function versionCases(bench: () => ProviderBench): void {
  it('changes a secret at the version it was seen at', async () => {
    await bench().replace('match', { a: 1 });
    expect(await bench().replace('match', { a: 2 }, { ifMatch: 1 })).toMatchObject({ version: 2 });
    expect(await bench().setKey('match', 'b', 3, { ifMatch: 2 })).toMatchObject({ version: 3 });
    expect(await bench().removeKey('match', 'b', { ifMatch: 3 })).toMatchObject({ version: 4 });
    expect(canonical(await bench().read('match'))).toBe('{"a":2}');
  });

  it('refuses a change at another version', async () => {
    await bench().replace('moved', { a: 1 });
    await bench().replace('moved', { a: 2 });
    for (const ifMatch of [1, 3]) {
      expect(await codeOf(bench().replace('moved', { a: 9 }, { ifMatch }))).toBe('PRECONDITION_FAILED');
      expect(await codeOf(bench().setKey('moved', 'a', 9, { ifMatch }))).toBe('PRECONDITION_FAILED');
      expect(await codeOf(bench().removeKey('moved', 'a', { ifMatch }))).toBe('PRECONDITION_FAILED');
      expect(await codeOf(bench().provider.remove(bench().uri('moved'), { ifMatch }))).toBe(
        'PRECONDITION_FAILED',
      );
      expect(await codeOf(bench().provider.destroy(bench().uri('moved'), { ifMatch }))).toBe(
        'PRECONDITION_FAILED',
      );
    }
    expect((await bench().provider.read(bench().uri('moved'))).version).toBe(2);
    expect(canonical(await bench().read('moved'))).toBe('{"a":2}');
  });

  it('refuses a change of a secret that is missing, at any version', async () => {
    const options = { ifMatch: 1 };
    expect(await codeOf(bench().replace('absent', { a: 1 }, options))).toBe('PRECONDITION_FAILED');
    expect(await codeOf(bench().setKey('absent', 'a', 1, options))).toBe('PRECONDITION_FAILED');
    expect(await codeOf(bench().provider.remove(bench().uri('absent'), options))).toBe('PRECONDITION_FAILED');
    expect(await codeOf(bench().read('absent'))).toBe('SECRET_NOT_FOUND');
  });

  it('removes and destroys at the version that was seen', async () => {
    await bench().replace('ends', { a: 1 });
    await bench().provider.remove(bench().uri('ends'), { ifMatch: 1 });
    await bench().replace('ends', { a: 2 });
    await bench().provider.destroy(bench().uri('ends'), { ifMatch: 2 });
    expect(await codeOf(bench().read('ends'))).toBe('SECRET_NOT_FOUND');
  });

  it('counts a soft-deleted secret as one that exists', async () => {
    await bench().replace('soft', { a: 1 });
    await bench().provider.remove(bench().uri('soft'), {});
    expect(await codeOf(bench().replace('soft', { a: 2 }, { ifNoneMatch: true }))).toBe(
      'PRECONDITION_FAILED',
    );
    expect(await codeOf(bench().setKey('soft', 'a', 2, { ifNoneMatch: true }))).toBe('PRECONDITION_FAILED');
    expect(await bench().replace('soft', { a: 2 }, { ifMatch: 1 })).toMatchObject({ version: 2 });
  });

  it('lets one of 16 win at one version', async () => {
    await bench().replace('race-version', { a: 0 });
    const settled = await Promise.allSettled(
      Array.from({ length: 16 }, (_, a) => bench().replace('race-version', { a }, { ifMatch: 1 })),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await bench().provider.read(bench().uri('race-version'))).version).toBe(2);
  });
}
