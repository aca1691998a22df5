import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../support/service-process.js';
import type { ServiceProcess } from '../../support/service-process.js';
import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';

export interface KillTimes {
  readonly shortestMs: number;
  readonly longestMs: number;
}

/** Processes of the service that keep their addresses while they are killed and started again. */
export class ServiceGroup {
  killCount = 0;
  private isKilling = true;
  private killing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly services: ServiceProcess[],
    readonly urls: readonly string[],
  ) {}

  static async start(count: number, env: Readonly<Record<string, string>>): Promise<ServiceGroup> {
    const services = await Promise.all(Array.from({ length: count }, () => startService(env)));
    return new ServiceGroup(
      env,
      services,
      services.map(({ url }) => url),
    );
  }

  /** From here on one of them after the other is killed with -9, and started again, until `stop`. */
  killAtRandom(random: SeededRandom, { shortestMs, longestMs }: KillTimes): void {
    this.killing = (async () => {
      for (;;) {
        // In small steps, so that the end of a run does not have to wait.
        const untilMs = performance.now() + shortestMs + random.next() * (longestMs - shortestMs);
        while (this.isKilling && performance.now() < untilMs) await sleep(20);
        if (!this.isKilling) return;
        await this.killAndRestart(random.below(this.services.length));
      }
    })();
  }

  async killAndRestart(index: number): Promise<void> {
    const service = this.services[index];
    if (service === undefined) throw new Error(`no process ${index}`);
    service.kill('SIGKILL');
    await service.exited;
    this.killCount += 1;
    this.services[index] = await startService({ ...this.env, PORT: new URL(service.url).port });
  }

  async stop(): Promise<void> {
    this.isKilling = false;
    await this.killing;
    for (const service of this.services) service.kill('SIGTERM');
    await Promise.all(this.services.map(({ exited }) => exited));
  }
}
