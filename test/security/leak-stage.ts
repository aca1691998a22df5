import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventReader } from '../support/event-reader.js';
import { readEvents } from '../support/event-reader.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { readFolder, readNames, readProcess, readProcessTable } from './leak-media.js';
import { environmentOf, startParts } from './leak-parts.js';
import type { LeakParts } from './leak-parts.js';

/** How the service is set up for one run. */
export interface StageSettings {
  readonly hasRedis: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const PAGES = ['/metrics', '/health/live', '/health/ready', '/api/openapi.json', '/console'];

/** A service process with everything around it that it speaks to, and all that it lets out. */
export class LeakStage {
  /** What was read so far of each place where something could have got out. */
  readonly media = new Map<string, string>();

  private constructor(
    readonly parts: LeakParts,
    readonly service: ServiceProcess,
    private readonly events: EventReader,
  ) {}

  static async start(settings: StageSettings): Promise<LeakStage> {
    buildService();
    const parts = await startParts(settings.hasRedis);
    const service = await startService({ ...(await environmentOf(parts)), ...settings.env });
    const token = parts.canaries.watchToken(await parts.issuer.sign({ sub: 'writer' }));
    const url = `${service.url}/api/secrets/events`;
    const events = await readEvents(url, { authorization: `Bearer ${token}` });
    if (events.status !== 200) throw new Error(`the stream of records answered ${events.status}`);
    return new LeakStage(parts, service, events);
  }

  note(medium: string, text: string): void {
    this.media.set(medium, `${this.media.get(medium) ?? ''}${text}\n`);
  }

  /** What can be seen of the service while it runs. */
  async look(): Promise<void> {
    for (const page of PAGES) {
      const answer = await fetch(`${this.service.url}${page}`);
      this.note('pages', `${[...answer.headers].join('\n')}\n${await answer.text()}`);
    }
    this.note('process', `${readProcess(this.service.pid)}\n${readProcessTable()}`);
    this.note('file names', readNames(this.parts.folder));
  }

  /** Puts a file where the folder of the trail was, and lets the service open it anew. */
  breakTrail(): void {
    const audit = join(this.parts.folder, 'audit');
    renameSync(audit, `${audit}-away`);
    writeFileSync(audit, '');
    this.service.kill('SIGHUP');
  }

  mendTrail(): void {
    const audit = join(this.parts.folder, 'audit');
    rmSync(audit);
    renameSync(`${audit}-away`, audit);
  }

  /** @returns the exit code, when everything that was let out is in `media` */
  async stop(): Promise<number | null> {
    this.service.kill('SIGTERM');
    const code = await this.service.exited;
    const { folder, store, collector, redis, canaries } = this.parts;
    for (const { token } of store.calls) if (token !== undefined) canaries.watch(token, 'store token');
    await this.events.ended;
    this.note('output', this.service.output());
    this.note('events', this.events.text());
    this.note('trail', readFolder(join(folder, 'audit')));
    this.note('file names', readNames(folder));
    this.note(
      'traces',
      collector.text + collector.spans.map((span) => JSON.stringify(span.attributes)).join(),
    );
    if (redis !== undefined) this.note('state', redis.text());
    return code;
  }

  async close(): Promise<void> {
    const { folder, store, issuer, collector, pdp, redis } = this.parts;
    this.service.kill('SIGKILL');
    await Promise.all([store.stop(), issuer.close(), collector.stop(), pdp.stop(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}
