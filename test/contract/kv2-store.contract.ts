import type { KvStoreUnderTest } from '../support/kv2-server/kv-store-under-test.js';
import { describeStoreAccess } from './kv2-store.access.contract.js';
import { describeStoreBodies } from './kv2-store.bodies.contract.js';
import { describeStoreData } from './kv2-store.data.contract.js';
import { describeStoreListing } from './kv2-store.listing.contract.js';
import { describeStoreLogin } from './kv2-store.login.contract.js';
import { describeStoreMetadata } from './kv2-store.metadata.contract.js';
import { describeStoreMounts } from './kv2-store.mounts.contract.js';
import { describeStoreNames } from './kv2-store.names.contract.js';
import { describeStoreVersions } from './kv2-store.versions.contract.js';

/** A case gets the running store and a secret's name that no other case uses. */
export interface StoreCaseContext {
  store: () => KvStoreUnderTest;
  newName: () => string;
}

/**
 * The habits of a KV v2 store as its HTTP API shows them, found out on OpenBao 2.7.2. A case that passes on the real
 * store and fails on the test server is a fault of the test server.
 */
export function describeKv2Store(title: string, start: () => Promise<KvStoreUnderTest>): void {
  describe(title, () => {
    let running: KvStoreUnderTest | undefined;
    let names = 0;

    beforeAll(async () => {
      running = await start();
    });
    afterAll(async () => {
      await running?.stop();
    });

    const context: StoreCaseContext = {
      store() {
        if (running === undefined) throw new Error('the store has not started');
        return running;
      },
      newName() {
        names += 1;
        return `contract/case-${names}`;
      },
    };
    describe('data', () => describeStoreData(context));
    describe('versions', () => describeStoreVersions(context));
    describe('metadata', () => describeStoreMetadata(context));
    describe('listing', () => describeStoreListing(context));
    describe('bodies', () => describeStoreBodies(context));
    describe('names', () => describeStoreNames(context));
    describe('access', () => describeStoreAccess(context));
    describe('login', () => describeStoreLogin(context));
    describe('mounts, namespaces, seal', () => describeStoreMounts(context));
  });
}
