import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig, StoreConfig } from '../config/app-config.js';
import { Log } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Scheme } from '../secrets/secret-uri.js';
import { Kv2Provider } from './kv2/kv2.provider.js';
import { ProviderRegistry } from './provider.registry.js';
import type { ProviderBinding } from './provider.registry.js';
import { YamlFile } from './yaml/yaml-file.js';
import { YamlProvider } from './yaml/yaml.provider.js';

type Kv2Binding = ProviderBinding<Kv2Provider>;

/** The KV v2 stores that are configured, each with its scheme: one code, two configurations. */
const KV2_BINDINGS = Symbol('KV2_BINDINGS');

@Module({
  providers: [
    {
      provide: YamlProvider,
      inject: [APP_CONFIG],
      useFactory: ({ yaml, environment }: AppConfig) =>
        new YamlProvider(new YamlFile(yaml.path), {
          writable: environment === 'dev' || environment === 'test',
        }),
    },
    {
      provide: KV2_BINDINGS,
      inject: [APP_CONFIG],
      useFactory: ({ stores, provider }: AppConfig) => [
        ...bindKv2('openbao+kv2', stores.openbao, provider),
        ...bindKv2('hashicorp+kv2', stores.hashicorp, provider),
      ],
    },
    {
      provide: SecretProviders,
      inject: [YamlProvider, KV2_BINDINGS, APP_CONFIG, Metrics, Log],
      useFactory: (
        yaml: YamlProvider,
        kv2: readonly Kv2Binding[],
        config: AppConfig,
        metrics: Metrics,
        log: Log,
      ) => new ProviderRegistry([{ scheme: 'yaml', provider: yaml }, ...kv2], config.provider, metrics, log),
    },
  ],
  exports: [SecretProviders],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(@Inject(KV2_BINDINGS) private readonly kv2: readonly Kv2Binding[]) {}

  /** Once every call has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.kv2.map(({ provider }) => provider.close()));
  }
}

function bindKv2(
  scheme: Scheme,
  store: StoreConfig | undefined,
  { timeoutMs }: AppConfig['provider'],
): Kv2Binding[] {
  return store === undefined ? [] : [{ scheme, provider: new Kv2Provider(store, { timeoutMs }) }];
}
