import { setTimeout as sleep } from 'node:timers/promises';
import { Sealed } from '../../../../src/secrets/sealed.js';
import { codeOf } from '../../../contract/provider-bench.js';
import { freshUri, Kv2Rig, openRead, replace } from './kv2-rig.js';
import type { StartStore } from './kv2-rig.js';

const ALL = 'path "secret/*" { capabilities = ["create","read","update","delete","list","patch","scan"] }';
const LOGIN = 'POST /v1/auth/approle/login';
const LOOKUP = 'GET /v1/auth/token/lookup-self';
const RENEWAL = 'POST /v1/auth/token/renew-self';

export function describeKv2Login(name: string, start: StartStore): void {
  describe(`the service's credential, ${name}`, () => {
    let rig: Kv2Rig;
    const count = (call: string): number => rig.proxy.calls.filter((made) => made === call).length;
    beforeAll(async () => {
      rig = await Kv2Rig.start(start);
    });
    beforeEach(() => {
      rig.proxy.clear();
    });
    afterEach(() => rig.disconnect());
    afterAll(() => rig.stop());

    it('logs in once for many calls at once', async () => {
      const provider = await rig.connectAs(ALL);
      const uris = Array.from({ length: 20 }, () => freshUri());
      await Promise.all(uris.map((uri) => replace(provider, uri, { a: 1 })));
      expect(count(LOGIN)).toBe(1);
    });

    it('lives on beyond the life and the maximum life of a token, without one failure', async () => {
      const provider = await rig.connectAs(ALL, { tokenTtl: '2s', tokenMaxTtl: '4s' });
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      rig.proxy.clear();
      const endsAt = Date.now() + 9_000;
      while (Date.now() < endsAt) {
        expect(await openRead(provider, uri)).toEqual({ a: 1 });
        await sleep(50);
      }
      expect(count(RENEWAL)).toBeGreaterThanOrEqual(3);
      expect(count(LOGIN)).toBeGreaterThanOrEqual(2);
      expect(count(LOGIN)).toBeLessThanOrEqual(4);
      // Renewed and replaced in time, so no call ever met a dead token.
      expect(count(LOOKUP)).toBe(0);
    });

    it('logs in anew where nothing was called until the token was dead', async () => {
      const provider = await rig.connectAs(ALL, { tokenTtl: '1s', tokenMaxTtl: '1s' });
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      await sleep(3_500);
      expect(await openRead(provider, uri)).toEqual({ a: 1 });
    });

    it('tells a dead token from a policy that forbids: one login, one more try', async () => {
      const provider = await rig.connectAs(ALL);
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      await rig.store.revokeToken(rig.proxy.lastToken);
      rig.proxy.clear();
      const reads = Array.from({ length: 16 }, () => openRead(provider, uri));
      expect(await Promise.all(reads)).toEqual(reads.map(() => ({ a: 1 })));
      expect({ logins: count(LOGIN), lookups: count(LOOKUP) }).toEqual({ logins: 1, lookups: 1 });
    });

    it('writes once where the token was found dead by the write', async () => {
      const provider = await rig.connectAs(ALL);
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      await rig.store.revokeToken(rig.proxy.lastToken);
      expect(await replace(provider, uri, { a: 2 })).toMatchObject({ version: 2 });
    });

    it('answers a policy that forbids without a login, and a storm of it with few lookups', async () => {
      const provider = await rig.connectAs('path "secret/data/mine/*" { capabilities = ["read"] }');
      expect(await codeOf(provider.read(freshUri()))).toBe('PROVIDER_DENIED');
      rig.proxy.clear();
      for (let round = 0; round < 4; round += 1) {
        const denied = Array.from({ length: 50 }, () => codeOf(provider.read(freshUri())));
        expect(new Set(await Promise.all(denied))).toEqual(new Set(['PROVIDER_DENIED']));
      }
      expect(count(LOGIN)).toBe(0);
      expect(count(LOOKUP)).toBeLessThanOrEqual(12);
    });

    it('answers a refused role without a storm of logins', async () => {
      const provider = rig.connect({ token: undefined, roleId: 'nobody', secretId: new Sealed('nothing') });
      const denied = Array.from({ length: 50 }, () => codeOf(provider.read(freshUri())));
      expect(new Set(await Promise.all(denied))).toEqual(new Set(['PROVIDER_DENIED']));
      for (let round = 0; round < 10; round += 1)
        expect(await codeOf(provider.read(freshUri()))).toBe('PROVIDER_DENIED');
      expect(count(LOGIN)).toBe(1);
    });

    it('recovers where the role is accepted again', async () => {
      const role = await rig.store.createRole('late', { policies: ['root-like'] });
      await rig.store.writePolicy('root-like', ALL);
      const provider = rig.connect({
        token: undefined,
        roleId: role.roleId,
        secretId: new Sealed(role.secretId),
      });
      rig.proxy.inject('drop', /approle\/login/, 3);
      expect(await codeOf(provider.read(freshUri()))).toBe('PROVIDER_UNAVAILABLE');
      rig.proxy.clear();
      expect(await codeOf(provider.read(freshUri()))).toBe('SECRET_NOT_FOUND');
    });

    it('does not log in again and again where tokens may not look themselves up', async () => {
      await rig.store.writePolicy(
        'no-lookup',
        `${ALL}\npath "auth/token/lookup-self" { capabilities = ["deny"] }`,
      );
      const { roleId, secretId } = await rig.store.createRole('no-lookup', { policies: ['no-lookup'] });
      const provider = rig.connect({ token: undefined, roleId, secretId: new Sealed(secretId) });
      await rig.store.mountKv2('closed');
      const forbidden = freshUri('closed');
      for (let round = 0; round < 5; round += 1)
        expect(await codeOf(provider.read(forbidden))).toBe('PROVIDER_DENIED');
      expect(count(LOGIN)).toBeLessThanOrEqual(3);
      expect(await codeOf(provider.read(freshUri()))).toBe('SECRET_NOT_FOUND');
    });

    it('answers a dead token that was given with a denial', async () => {
      const provider = rig.connect({ token: new Sealed('dead') });
      expect(await codeOf(provider.read(freshUri()))).toBe('PROVIDER_DENIED');
    });

    it('renews a token that was given', async () => {
      await rig.store.writePolicy('given', ALL);
      const token = await rig.store.createToken({ policies: ['given'], ttl: '2s' });
      const provider = rig.connect({ token: new Sealed(token) });
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      await sleep(4_000);
      expect(await openRead(provider, uri)).toEqual({ a: 1 });
      expect(count(RENEWAL)).toBeGreaterThanOrEqual(2);
    });

    it('asks in its namespace', async () => {
      await rig.store.createNamespace('team');
      const token = await rig.store.createToken({ policies: ['root'] }).catch(() => rig.store.rootToken);
      const provider = rig.connect({ namespace: 'team', token: new Sealed(token) });
      const uri = freshUri();
      await replace(provider, uri, { a: 'team' });
      expect(await codeOf(rig.connect().read(uri))).toBe('SECRET_NOT_FOUND');
      expect(await openRead(provider, uri)).toEqual({ a: 'team' });
    });

    it('keeps no timer once it is closed', async () => {
      const provider = await rig.connectAs(ALL, { tokenTtl: '1s', tokenMaxTtl: '10s' });
      await replace(provider, freshUri(), { a: 1 });
      await provider.close();
      rig.proxy.clear();
      await sleep(1_500);
      expect(rig.proxy.calls).toEqual([]);
    });
  });
}
