import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../support/service-process.js';
import type { ServiceProcess } from '../../support/service-process.js';
import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';

/** Counted in operations, so that a slow machine sees as many kills as a fast one. */
export interface KillPace {
  readonly least: number;
  readonly most: number;
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

  /**
   * From here on one of them after the other is killed with -9, and started again, until `stopKilling`.
   * @param progress how many operations there were so far
   */
  killAtRandom(random: SeededRandom, { least, most }: KillPace, progress: () => number): void {
    this.killing = (async () => {
      for (;;) {
        const next = progress() + least + random.below(most - least);
        while (this.isKilling && progress() < next) await sleep(5);
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

  /** All of them are up then. */
  async stopKilling(): Promise<void> {
    this.isKilling = false;
    await this.killing;
  }

  async stop(): Promise<void> {
    await this.stopKilling();
    for (const service of this.services) service.kill('SIGTERM');
    await Promise.all(this.services.map(({ exited }) => exited));
  }
}
