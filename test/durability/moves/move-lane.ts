import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy } from '../../support/fault-proxy/fault-proxy.js';
import type { FaultRule } from '../../support/fault-proxy/fault-proxy.js';
import type { StoreSetup } from '../../support/kv2-server/store-setup.js';
import { startService } from '../../support/service-process.js';
import type { ServiceProcess } from '../../support/service-process.js';
import { cutRule } from './cut-kind.js';
import type { MoveCase } from './move-case.js';
import { StoredSecrets } from './stored-secrets.js';

export interface Answer {
  readonly status: number;
  /** Of a refusal. */
  readonly code: string | undefined;
  readonly detail: string | undefined;
}

/** What came of a move. */
export interface CutMove {
  /** None: the process died first. */
  readonly answer: Answer | undefined;
  /** Its calls to the store, `METHOD path`. */
  readonly calls: readonly string[];
  readonly wasKilled: boolean;
  readonly hasSecondWritten: boolean;
}

/** One process of the service with a proxy and a YAML file of its own: one move after the other is cut there. */
export class MoveLane {
  readonly stored: StoredSecrets;
  private service: Promise<ServiceProcess>;

  private constructor(
    store: StoreSetup,
    private readonly proxy: FaultProxy,
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.stored = new StoredSecrets(store, join(folder, 'secrets.yaml'));
    this.service = this.startProcess();
  }

  static async start(store: StoreSetup, env: Readonly<Record<string, string>>): Promise<MoveLane> {
    const proxy = await FaultProxy.start(store.url);
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-moves-'));
    return new MoveLane(store, proxy, folder, {
      OPENBAO_URL: proxy.url,
      OPENBAO_TOKEN: store.rootToken,
      YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
      // A silence costs that, and of a store that is away each move is to find out by itself.
      PROVIDER_TIMEOUT_MS: '1000',
      CIRCUIT_FAILURES: '1000',
      ...env,
    });
  }

  /** Puts a case in its place, and moves it with its cut and its second writer, if it has them. */
  async run(moving: MoveCase, key: string | undefined): Promise<CutMove> {
    const service = await this.place(moving);
    const calls: string[] = [];
    let current = 0;
    let hasSecondWritten = false;
    let killing: Promise<unknown> | undefined;
    const kill = async (): Promise<void> => {
      service.kill('SIGKILL');
      killing = service.exited;
      await killing;
    };
    const writeSecond = async (): Promise<void> => {
      await this.writeNewer(moving);
      hasSecondWritten = true;
    };
    // Matches nothing, and counts: a call that is not of this move has no number.
    const count = (call: string): boolean => {
      current = call.includes(`/moves/${moving.id}/`) ? calls.push(call) : 0;
      return false;
    };
    this.proxy.addRule({ match: count });
    const { cut, writer } = moving;
    const hands = {
      proxy: this.proxy,
      kill,
      breakFile: () => this.stored.breakFile(),
      soon: cut?.chance ?? 0,
    };
    const rule = cut && cutRule(cut.kind, hands);
    const at = (step: number, isOpen: boolean) => () => current === step || (isOpen && current > step);
    const second: Omit<FaultRule, 'match'> | undefined = writer && { [writer.when]: writeSecond };
    if (writer && second && writer.step !== cut?.step)
      this.proxy.addRule({ match: at(writer.step, false), ...second });
    if (cut && rule) {
      const both = writer?.step === cut.step ? inTurn(second, rule) : rule;
      this.proxy.addRule({ match: at(cut.step, rule.times !== undefined), ...both });
    }
    const answer = await this.move(moving, { overwrite: moving.scenario.overwrite, key });
    const isKill = cut?.kind.startsWith('kill') === true && calls.length >= cut.step;
    while (isKill && killing === undefined) await sleep(1);
    await killing;
    await this.calm();
    if (isKill) this.service = this.startProcess();
    return { answer, calls, wasKilled: isKill, hasSecondWritten };
  }

  /** @returns undefined where the process died before it answered */
  async move(
    { fromUri, toUri }: MoveCase,
    { overwrite, key }: { readonly overwrite: boolean; readonly key: string | undefined },
  ): Promise<Answer | undefined> {
    return this.post('/move', { fromUri, toUri, overwrite }, key).catch(() => undefined);
  }

  async delete(uri: string): Promise<Answer> {
    return this.send(`?uri=${encodeURIComponent(uri)}`, { method: 'DELETE' });
  }

  async stop(): Promise<void> {
    const service = await this.service;
    service.kill('SIGTERM');
    await service.exited;
    await this.proxy.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async place(moving: MoveCase): Promise<ServiceProcess> {
    const places = [[moving.source, moving.first] as const];
    if (moving.before !== undefined) places.push([moving.destination, moving.before]);
    for (const [{ store, path }, values] of places) {
      if (store === 'kv2') await this.stored.writeToStore(path, values);
      else await this.post('', { uri: `yaml://secret/${path}`, value: values });
    }
    return this.service;
  }

  private writeNewer({ source, first, newer }: MoveCase): Promise<void> {
    if (source.store === 'kv2') return this.stored.writeToStore(source.path, newer);
    const [from, to] = Object.keys(first)
      .filter((key) => first[key] !== newer[key])
      .flatMap((key) => [first[key] ?? '', newer[key] ?? '']);
    return this.stored.editFile(from ?? '', to ?? '');
  }

  /** The store is there again, and what a killed process had sent has arrived. */
  private async calm(): Promise<void> {
    this.proxy.calm();
    await this.proxy.comeUp();
    await sleep(10);
    while (this.proxy.pendingCount > 0) await sleep(5);
    await this.stored.mendFile();
  }

  /** The YAML file is made with the first secret in it. */
  private async startProcess(): Promise<ServiceProcess> {
    const service = await startService(this.env);
    const body = JSON.stringify({ uri: 'yaml://secret/first', value: { of: 'all' } });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${service.url}/api/secrets`, { method: 'POST', headers, body });
    return service;
  }

  private post(path: string, body: object, key?: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const answer = await fetch(`${(await this.service).url}/api/secrets${path}`, init);
    const { code, detail } = (await answer.json()) as { code?: string; detail?: string };
    return { status: answer.status, code, detail };
  }
}

/** The second writer is done before the cut comes. */
function inTurn(
  first: Pick<FaultRule, 'before' | 'after'> | undefined,
  then: Omit<FaultRule, 'match'>,
): Omit<FaultRule, 'match'> {
  return {
    ...then,
    before: async () => {
      await first?.before?.();
      await then.before?.();
    },
    after: async () => {
      await first?.after?.();
      await then.after?.();
    },
  };
}
