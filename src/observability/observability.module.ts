import { Global, Inject, Module } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { readServiceVersion } from './service-version.js';
import { Tracing } from './tracing.js';

@Global()
@Module({
  providers: [
    Log,
    Metrics,
    {
      provide: Tracing,
      inject: [APP_CONFIG, Metrics, Log],
      useFactory: (config: AppConfig, metrics: Metrics, log: Log) => Tracing.open(config, metrics, log),
    },
  ],
  exports: [Log, Metrics, Tracing],
})
export class ObservabilityModule {
  constructor(metrics: Metrics, @Inject(APP_CONFIG) { revision }: Pick<AppConfig, 'revision'>) {
    const { node } = process.versions;
    metrics.buildInfo.set({ version: readServiceVersion(), revision, node }, 1);
  }
}
