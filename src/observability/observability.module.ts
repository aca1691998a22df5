import { Global, Inject, Module } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { readServiceVersion } from './service-version.js';

@Global()
@Module({ providers: [Log, Metrics], exports: [Log, Metrics] })
export class ObservabilityModule {
  constructor(metrics: Metrics, @Inject(APP_CONFIG) { revision }: Pick<AppConfig, 'revision'>) {
    const { node } = process.versions;
    metrics.buildInfo.set({ version: readServiceVersion(), revision, node }, 1);
  }
}
