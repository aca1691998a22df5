import { Module } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { ProviderRegistry } from './provider.registry.js';

@Module({
  providers: [
    {
      provide: SecretProviders,
      inject: [Metrics],
      useFactory: (metrics: Metrics) => new ProviderRegistry([], metrics),
    },
  ],
  exports: [SecretProviders],
})
export class ProvidersModule {}
