import type { StoreConfig } from '../../../../src/config/app-config.js';
import { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import { Sealed } from '../../../../src/secrets/sealed.js';
import type { KvStoreUnderTest } from '../../../support/kv2-server/kv-store-under-test.js';
import type { ProviderUnderTest } from '../../../contract/provider-bench.js';

/** What `Kv2Provider` is given where a test says nothing else: the root token, five seconds, ten connections. */
export function storeConfig(store: KvStoreUnderTest, changes: Partial<StoreConfig> = {}): StoreConfig {
  return {
    url: store.url,
    token: new Sealed(store.rootToken),
    roleId: undefined,
    secretId: undefined,
    namespace: undefined,
    verifyTls: true,
    caCert: undefined,
    poolSize: 10,
    ...changes,
  };
}

export function appRoleConfig(
  store: KvStoreUnderTest,
  role: { roleId: string; secretId: string },
): StoreConfig {
  return storeConfig(store, {
    token: undefined,
    roleId: role.roleId,
    secretId: new Sealed(role.secretId),
  });
}

export function connect(
  store: KvStoreUnderTest,
  changes: Partial<StoreConfig> = {},
  timeoutMs = 5000,
): Kv2Provider {
  return new Kv2Provider(storeConfig(store, changes), { timeoutMs });
}

/** A store with a provider on its `secret/` mount, for the contract of every provider. */
export async function startKv2Provider(
  start: () => Promise<KvStoreUnderTest>,
  scheme: 'openbao+kv2' | 'hashicorp+kv2' = 'openbao+kv2',
): Promise<ProviderUnderTest> {
  const store = await start();
  const provider = connect(store);
  return {
    provider,
    scheme,
    mount: 'secret',
    stop: async () => {
      await provider.close();
      await store.stop();
    },
  };
}
