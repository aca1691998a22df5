import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventReader } from '../support/event-reader.js';
import { readEvents } from '../support/event-reader.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';
import { OtlpReceiver } from '../support/otlp-receiver/otlp-receiver.js';
import { ScriptedPdp } from '../support/scripted-pdp/scripted-pdp.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Canaries } from './canaries.js';
import { readFolder, readNames, readProcess, readProcessTable } from './leak-media.js';
import { RedisWatch } from './redis-watch.js';

/** How the service is set up for one run. */
export interface StageSettings {
  readonly hasRedis: boolean;
  readonly env: Readonly<Record<string, string>>;
}

interface Parts {
  readonly canaries: Canaries;
  readonly folder: string;
  readonly store: Kv2Server;
  readonly issuer: TestIssuer;
  readonly collector: OtlpReceiver;
  readonly pdp: ScriptedPdp;
  readonly redis: RedisWatch | undefined;
}

const POLICY = '@id("writer") permit (principal == User::"writer", action, resource);';
const PAGES = ['/metrics', '/health/live', '/health/ready', '/api/openapi.json', '/console'];

/** A service process with everything around it that it speaks to, and all that it lets out. */
export class LeakStage {
  /** What was read so far of each place where something could have got out. */
  readonly media = new Map<string, string>();

  private constructor(
    readonly parts: Parts,
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

async function startParts(hasRedis: boolean): Promise<Parts> {
  const canaries = new Canaries();
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-leaks-'));
  for (const name of ['audit', 'data', 'policies']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'policies', 'policy.cedar'), POLICY);
  const [store, issuer, collector, pdp] = await Promise.all([
    startKv2Server(),
    TestIssuer.start(),
    OtlpReceiver.start(),
    ScriptedPdp.start(),
  ]);
  // A grant for each read, so that the state has some.
  const obligations = [{ id: '1', type: 'grant', properties: { ttl_seconds: 60, max_uses: 3 } }];
  pdp.decide = ({ subject, action }) => ({
    decision: subject.id === 'writer',
    ...(action.name === 'read' && subject.id === 'writer' && { context: { obligations } }),
  });
  const redis = hasRedis ? await RedisWatch.start(canaries.make('password')) : undefined;
  return { canaries, folder, store, issuer, collector, pdp, redis };
}

/** Everything switched on, and each secret of the configuration a canary. */
async function environmentOf({ canaries, folder, store, issuer, collector, pdp, redis }: Parts) {
  const config = (kind: string): string => canaries.make(`config: ${kind}`);
  await store.writePolicy(
    'all',
    'path "*" { capabilities = ["create","read","update","delete","list","sudo"] }',
  );
  const { roleId, secretId } = await store.createRole('service', { policies: ['all'] });
  const rootToken = canaries.watch(store.rootToken, 'store token');
  return {
    ...issuer.env,
    SECRETS_ENFORCE_SCOPES: 'true',
    SECRETS_SESSION_COOKIE: 'session',
    JWKS_COOLDOWN_MS: '1',
    ENABLE_AUTHORIZATION: 'true',
    PDP_POLICY_DIR: join(folder, 'policies'),
    PDP_URL: pdp.url,
    PDP_TOKEN: config('token at the decision point'),
    NEGATIVE_CACHE_TTL_S: '1',
    OPENBAO_URL: store.url,
    OPENBAO_ROLE_ID: canaries.watchUuid(roleId, 'role id'),
    OPENBAO_SECRET_ID: canaries.watchUuid(secretId, 'secret id'),
    HASHICORP_URL: store.url,
    HASHICORP_TOKEN: rootToken,
    TENANT_SALT: config('salt'),
    YAML_VAULT_PATH: join(folder, 'data', 'secrets.yaml'),
    AUDIT_FILE: join(folder, 'audit', 'audit.jsonl'),
    AUDIT_FILE_MAX_BYTES: '65536',
    AUDIT_MODE: 'required',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${config('key of the collector')}`,
    PROVIDER_TIMEOUT_MS: '1500',
    PROVIDER_RETRIES: '1',
    // Every failure is to reach the store.
    CIRCUIT_FAILURES: '10000',
    ...(redis !== undefined && { REDIS_URL: redis.url, REDIS_PASSWORD: redis.password }),
  };
}
