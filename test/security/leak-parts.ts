import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';
import { OtlpReceiver } from '../support/otlp-receiver/otlp-receiver.js';
import { ScriptedPdp } from '../support/scripted-pdp/scripted-pdp.js';
import { Canaries } from './canaries.js';
import { RedisWatch } from './redis-watch.js';

/** What the service speaks to, and the folder that it works in. */
export interface LeakParts {
  readonly canaries: Canaries;
  readonly folder: string;
  readonly store: Kv2Server;
  readonly issuer: TestIssuer;
  readonly collector: OtlpReceiver;
  readonly pdp: ScriptedPdp;
  readonly redis: RedisWatch | undefined;
}

const POLICY = '@id("writer") permit (principal == User::"writer", action, resource);';
export async function startParts(hasRedis: boolean): Promise<LeakParts> {
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
export async function environmentOf({
  canaries,
  folder,
  store,
  issuer,
  collector,
  pdp,
  redis,
}: LeakParts): Promise<Record<string, string>> {
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
