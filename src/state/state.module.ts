import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Log } from '../observability/log.js';
import { SharedState } from '../ports/shared-state.port.js';
import { MemoryState } from './memory.state.js';
import { RedisConnection } from './redis-connection.js';
import { RedisState } from './redis.state.js';

/** In memory for one process; in Redis, for many, where `REDIS_URL` is set. */
@Module({
  providers: [
    {
      provide: SharedState,
      inject: [APP_CONFIG, Log],
      useFactory: async ({ state }: AppConfig, log: Log): Promise<SharedState> => {
        if (state.redisUrl === undefined) return new MemoryState();
        return new RedisState(await RedisConnection.open(state.redisUrl.open(), state, log));
      },
    },
  ],
  exports: [SharedState],
})
export class StateModule implements OnApplicationShutdown {
  constructor(@Inject(SharedState) private readonly state: SharedState) {}

  /** Once every call has been answered. */
  onApplicationShutdown(): void {
    if (this.state instanceof RedisState) this.state.close();
  }
}
