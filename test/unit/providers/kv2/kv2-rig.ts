import type { StoreConfig } from '../../../../src/config/app-config.js';
import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import type { ChangeOptions, ChangeOutcome } from '../../../../src/ports/secret-provider.port.js';
import type { JsonObject, JsonValue } from '../../../../src/secrets/json.js';
import { Sealed } from '../../../../src/secrets/sealed.js';
import { SecretPrefix, SecretUri } from '../../../../src/secrets/secret-uri.js';
import { Walk } from '../../../../src/secrets/walk.js';
import type { ListedSecret } from '../../../../src/secrets/walk.js';
import type { KvStoreUnderTest } from '../../../support/kv2-server/kv-store-under-test.js';
import { connect } from './start-kv2-provider.js';
import { StoreProxy } from './store-proxy.js';

export type StartStore = () => Promise<KvStoreUnderTest>;

let names = 0;

/** A store, a proxy before it that counts and loses calls, and providers that go through the proxy. */
export class Kv2Rig {
  private readonly providers: Kv2Provider[] = [];

  private constructor(
    readonly store: KvStoreUnderTest,
    readonly proxy: StoreProxy,
  ) {}

  static async start(start: StartStore): Promise<Kv2Rig> {
    const store = await start();
    return new Kv2Rig(store, await StoreProxy.start(store.url));
  }

  connect(changes: Partial<StoreConfig> = {}, timeoutMs = 5000): Kv2Provider {
    const provider = connect(this.store, { url: this.proxy.url, ...changes }, timeoutMs);
    this.providers.push(provider);
    return provider;
  }

  /** With AppRole, under these rules of the store's policy language. */
  async connectAs(
    rules: string,
    life: { tokenTtl?: string; tokenMaxTtl?: string } = {},
    timeoutMs?: number,
  ): Promise<Kv2Provider> {
    const name = `role-${(names += 1)}`;
    await this.store.writePolicy(name, rules);
    const { roleId, secretId } = await this.store.createRole(name, { policies: [name], ...life });
    return this.connect({ token: undefined, roleId, secretId: new Sealed(secretId) }, timeoutMs);
  }

  /** Closes every provider. */
  async disconnect(): Promise<void> {
    this.proxy.clear();
    await Promise.all(this.providers.splice(0).map((provider) => provider.close()));
  }

  async stop(): Promise<void> {
    await this.disconnect();
    await this.proxy.stop();
    await this.store.stop();
  }
}

/** A name that no other case uses. */
export function freshUri(mount = 'secret'): SecretUri {
  return SecretUri.parse(`openbao+kv2://${mount}/f${(names += 1)}/name`);
}

export function replace(
  provider: Kv2Provider,
  uri: SecretUri,
  values: JsonObject,
  options: Partial<ChangeOptions> & { mustExist?: boolean } = {},
): Promise<ChangeOutcome> {
  const { mustExist = false, ...rest } = options;
  const change = { kind: 'replace', values: new Sealed(values), mustExist } as const;
  return provider.change(uri, change, { subject: 'alice', ...rest });
}

export function setKey(
  provider: Kv2Provider,
  uri: SecretUri,
  key: string,
  value: JsonValue,
  options: Partial<ChangeOptions> = {},
): Promise<ChangeOutcome> {
  const change = { kind: 'set-key', key, value: new Sealed(value), mustExist: false } as const;
  return provider.change(uri, change, { subject: 'alice', ...options });
}

export function removeKey(provider: Kv2Provider, uri: SecretUri, key: string): Promise<ChangeOutcome> {
  return provider.change(uri, { kind: 'remove-key', key }, { subject: 'alice' });
}

export async function openRead(provider: Kv2Provider, uri: SecretUri): Promise<JsonObject> {
  return (await provider.read(uri)).values.open();
}

export async function collect(
  provider: Kv2Provider,
  prefix: string,
  walk = new Walk(1000, undefined),
): Promise<ListedSecret[]> {
  const listed: ListedSecret[] = [];
  for await (const batch of provider.list(SecretPrefix.parse(prefix), walk)) listed.push(...batch);
  return listed;
}
