import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import type { SecretUri } from '../../../../src/secrets/secret-uri.js';
import { codeOf } from '../../../contract/provider-bench.js';
import { freshUri, Kv2Rig, openRead, removeKey, replace, setKey } from './kv2-rig.js';
import type { StartStore } from './kv2-rig.js';
import type { ProxyFault } from './store-proxy.js';

const TIMEOUT_MS = 1000;
const WRITE = /^POST \/v1\/secret\/data\//;
const LOST_AFTER: readonly ProxyFault[] = ['drop-after', 'silence-after', 'fail-after'];

export function describeKv2Outcomes(name: string, start: StartStore): void {
  describe(`a change whose answer is lost, ${name}`, () => {
    let rig: Kv2Rig;
    let provider: Kv2Provider;
    /** Goes past the proxy and its faults. */
    let other: Kv2Provider;
    let uri: SecretUri;
    const versionCount = async (): Promise<number> => (await provider.readMetadata(uri)).currentVersion;

    beforeAll(async () => {
      rig = await Kv2Rig.start(start);
      provider = rig.connect({}, TIMEOUT_MS);
      other = rig.connect({ url: rig.store.url });
      await replace(provider, freshUri(), { warm: true });
    });
    beforeEach(() => {
      rig.proxy.clear();
      uri = freshUri();
    });
    afterAll(() => rig.stop());

    describe.each(LOST_AFTER)('%s: it was done', (fault) => {
      it('finds the first write, and stamps it', async () => {
        rig.proxy.inject(fault, WRITE);
        expect(await replace(provider, uri, { a: '1', n: 1.5 })).toEqual({
          created: true,
          version: 1,
          warnings: [],
        });
        expect((await provider.readMetadata(uri)).customMetadata).toMatchObject({ created_by: 'alice' });
        expect(await versionCount()).toBe(1);
      });

      it('finds a later write, among those of others', async () => {
        await replace(provider, uri, { a: '1' });
        await replace(provider, uri, { a: '2' });
        rig.proxy.inject(fault, WRITE);
        const mine = replace(provider, uri, { a: 'mine' });
        const others = [replace(other, uri, { a: '3' }), replace(other, uri, { a: '4' })];
        const { version } = await mine;
        await Promise.all(others);
        expect(await openRead(provider, uri.withVersion(version ?? 0))).toEqual({ a: 'mine' });
        expect(await versionCount()).toBe(5);
      });

      it('finds a key that was set, and sets it once', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject(fault, WRITE);
        expect(await setKey(provider, uri, 'b', '2')).toMatchObject({ created: false, version: 2 });
        expect(await openRead(provider, uri)).toEqual({ a: '1', b: '2' });
        expect(await versionCount()).toBe(2);
      });

      it('knows a write under a precondition for its own', async () => {
        rig.proxy.inject(fault, WRITE, 1);
        expect(await replace(provider, uri, { a: '1' }, { ifNoneMatch: true })).toMatchObject({ version: 1 });
        rig.proxy.inject(fault, WRITE, 1);
        expect(await replace(provider, uri, { a: '2' }, { ifMatch: 1 })).toMatchObject({ version: 2 });
      });

      it('finds deletes, undeletes and destroys done', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject(fault, /^POST \/v1\/secret\/delete\//);
        expect(await provider.remove(uri, {})).toEqual({ deleted: 'version', version: 1 });
        rig.proxy.inject(fault, /^POST \/v1\/secret\/undelete\//);
        expect(await provider.undelete(uri, [1])).toEqual([{ version: 1, outcome: 'undeleted' }]);
        rig.proxy.inject(fault, /^POST \/v1\/secret\/destroy\//);
        expect(await provider.destroyVersions(uri, [1])).toEqual([{ version: 1, outcome: 'destroyed' }]);
        rig.proxy.inject(fault, /^PATCH /);
        await provider.updateOwner(uri, 'bob');
        rig.proxy.inject(fault, /^DELETE /);
        expect(await provider.destroy(uri, {})).toMatchObject({ deleted: 'all_versions' });
        expect(await codeOf(provider.readMetadata(uri))).toBe('SECRET_NOT_FOUND');
        expect(rig.proxy.calls.filter((call) => /^(DELETE|PATCH)/.test(call))).toHaveLength(3);
      });
    });

    describe('it was not done', () => {
      it('says of a plain write what went wrong, and sends it once', async () => {
        rig.proxy.inject('drop', WRITE);
        expect(await codeOf(replace(provider, uri, { a: '1' }))).toBe('PROVIDER_UNAVAILABLE');
        expect(await codeOf(provider.readMetadata(uri))).toBe('SECRET_NOT_FOUND');
        expect(rig.proxy.calls.filter((call) => WRITE.test(call))).toHaveLength(1);
      });

      it('never takes an equal value of before for its own', async () => {
        await replace(provider, uri, { a: 'same' });
        rig.proxy.inject('drop', WRITE);
        expect(await codeOf(replace(provider, uri, { a: 'same' }))).toBe('PROVIDER_UNAVAILABLE');
        expect(await versionCount()).toBe(1);
      });

      it('does not know what becomes of a plain write after silence', async () => {
        rig.proxy.inject('silence', WRITE);
        expect(await codeOf(replace(provider, uri, { a: '1' }))).toBe('OUTCOME_UNKNOWN');
      });

      it.each<[string, RegExp]>([
        ['the check of its mount', /ui\/mounts/],
        ['the login', /approle\/login/],
      ])('knows that nothing was written where %s is silent', async (_, match) => {
        const fresh = await rig.connectAs(
          'path "secret/*" { capabilities = ["create","read"] }',
          {},
          TIMEOUT_MS,
        );
        rig.proxy.inject('silence', match);
        expect(await codeOf(replace(fresh, uri, { a: '1' }))).toBe('PROVIDER_TIMEOUT');
        expect(rig.proxy.calls.filter((call) => WRITE.test(call))).toEqual([]);
      });

      it('sends a compare-and-set again', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', WRITE, 2);
        expect(await setKey(provider, uri, 'b', '2')).toMatchObject({ version: 2 });
        expect(await openRead(provider, uri)).toEqual({ a: '1', b: '2' });
      });

      it('gives a compare-and-set up in the end', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', WRITE, 100);
        expect(await codeOf(setKey(provider, uri, 'b', '2'))).toBe('PROVIDER_UNAVAILABLE');
        expect(await versionCount()).toBe(1);
      });

      it('sends a delete again', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', /^POST \/v1\/secret\/delete\//);
        expect(await provider.remove(uri, {})).toMatchObject({ version: 1 });
        expect(await codeOf(provider.read(uri))).toBe('SECRET_DELETED');
      });

      it('never sends a destroy of everything again', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', /^DELETE /);
        expect(await codeOf(provider.destroy(uri, {}))).toBe('PROVIDER_UNAVAILABLE');
        expect(await versionCount()).toBe(1);
      });
    });

    describe('the store cannot be asked', () => {
      it.each(['drop-after', 'silence-after'] as const)('says so after %s', async (fault) => {
        await replace(provider, uri, { a: '1' });
        for (const change of [
          () => replace(provider, uri, { a: '2' }),
          () => setKey(provider, uri, 'b', '2'),
          () => provider.remove(uri, {}),
        ]) {
          rig.proxy.clear();
          rig.proxy.inject(fault, /^POST /, 1);
          const answered = codeOf(change());
          rig.proxy.beforeForwarding = (call) => {
            if (call.startsWith('POST')) rig.proxy.inject('drop', /./, 100);
            return Promise.resolve();
          };
          expect(await answered).toBe('OUTCOME_UNKNOWN');
        }
        rig.proxy.clear();
      });
    });

    describe('a call that was cut off comes through late', () => {
      /** Writes or deletes past the proxy, just before the call that is counted down to is let through. */
      const arriveBefore = (match: RegExp, count: number, path: string, body: object): void => {
        let left = count;
        rig.proxy.beforeForwarding = async (call) => {
          if (!match.test(call) || (left -= 1) !== 0) return;
          await rig.store.request('POST', `/secret/${path}/${uri.path.join('/')}`, body);
        };
      };
      const LOOK = /^GET \/v1\/secret\/metadata\//;

      it('is found by one more look, when it was sent for the last time', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', WRITE, 100);
        arriveBefore(LOOK, 4, 'data', { data: { a: '1', b: '2' }, options: { cas: 1 } });
        expect(await setKey(provider, uri, 'b', '2')).toMatchObject({ version: 2 });
        expect(await versionCount()).toBe(2);
      });

      it('is found by one more look, when it was a delete', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', /^POST \/v1\/secret\/delete\//, 100);
        // One look before the delete, one after each of the two times that it is sent.
        arriveBefore(LOOK, 4, 'delete', { versions: [1] });
        expect(await provider.remove(uri, {})).toMatchObject({ version: 1 });
      });

      it('counts once when it was of a process before this one', async () => {
        await replace(provider, uri, { a: '1' });
        // Between the look for what the other process did, and the read of what is there.
        arriveBefore(/^GET \/v1\/secret\/data\/[^?]*$/, 1, 'data', {
          data: { a: '1', b: '2' },
          options: { cas: 1 },
        });
        const attempt = { earlierBase: 1, announce: () => Promise.resolve() };
        expect(await setKey(provider, uri, 'b', '2', { attempt })).toMatchObject({ version: 2 });
        expect(await versionCount()).toBe(2);
      });

      it('counts once when it was a whole map of a process before this one', async () => {
        await replace(provider, uri, { a: '1' });
        arriveBefore(LOOK, 2, 'data', { data: { a: '2' }, options: { cas: 1 } });
        const attempt = { earlierBase: 1, announce: () => Promise.resolve() };
        expect(await replace(provider, uri, { a: '2' }, { attempt })).toMatchObject({ version: 2 });
        expect(await versionCount()).toBe(2);
      });
    });

    describe('a call of a process that died comes through at the worst moment', () => {
      it.each([
        ['a key', /^GET \/v1\/secret\/data\/[^?]*$/, { a: '1', b: '2' }],
        ['a whole map', WRITE, { b: '2' }],
      ])('%s under a condition is known for its own', async (what, match, late) => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.beforeForwarding = async (call) => {
          if (!match.test(call)) return;
          rig.proxy.beforeForwarding = undefined;
          const body = { data: late, options: { cas: 1 } };
          await rig.store.request('POST', `/secret/data/${uri.path.join('/')}`, body);
        };
        const options = { ifMatch: 1, attempt: { earlierBase: 1, announce: () => Promise.resolve() } };
        const change =
          what === 'a key'
            ? setKey(provider, uri, 'b', '2', options)
            : replace(provider, uri, { b: '2' }, options);
        expect(await change).toMatchObject({ version: 2 });
        expect(await versionCount()).toBe(2);
      });
    });

    describe('others write meanwhile', () => {
      it('takes no version that another wrote after the one it was meant for', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', WRITE);
        const setting = setKey(provider, uri, 'b', '2');
        await replace(other, uri, { c: '3' });
        const { version } = await setting;
        expect(await openRead(provider, uri.withVersion(version ?? 0))).toHaveProperty('b', '2');
        expect(await versionCount()).toBe(3);
      });

      it('cannot tell its own removal of a key from that of another at the same moment', async () => {
        await replace(provider, uri, { a: '1', b: '2' });
        rig.proxy.inject('drop', WRITE);
        rig.proxy.beforeForwarding = async (call) => {
          if (!call.includes('/secret/metadata/')) return;
          rig.proxy.beforeForwarding = undefined;
          await removeKey(other, uri, 'b');
        };
        expect(await removeKey(provider, uri, 'b')).toMatchObject({ version: 2 });
        expect(await versionCount()).toBe(2);
      });

      it('knows its own write that came through only after it was sent again', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.inject('drop', WRITE);
        rig.proxy.beforeForwarding = async (call) => {
          if (!WRITE.test(call)) return;
          rig.proxy.beforeForwarding = undefined;
          const late = { data: { a: '1', b: '2' }, options: { cas: 1 } };
          await rig.store.request('POST', `/secret/data/${uri.path.join('/')}`, late);
        };
        expect(await setKey(provider, uri, 'b', '2')).toMatchObject({ version: 2 });
        expect(await versionCount()).toBe(2);
      });

      it('brings a version back that was no longer the latest when its last key was removed', async () => {
        await replace(provider, uri, { a: '1' });
        rig.proxy.beforeForwarding = async (call) => {
          if (!call.includes('/secret/delete/')) return;
          rig.proxy.beforeForwarding = undefined;
          await replace(other, uri, { a: '1', b: '2' });
        };
        expect(await removeKey(provider, uri, 'a')).toMatchObject({ version: 3 });
        expect(await openRead(provider, uri)).toEqual({ b: '2' });
        const { versions } = await provider.readMetadata(uri);
        expect(versions.map(({ state }) => state)).toEqual(['live', 'live', 'live']);
      });
    });
  });
}
