import { createSecretKey, randomBytes } from 'node:crypto';
import { Sealed } from '../secrets/sealed.js';
import type { AppConfig } from './app-config.js';
import { readAudit } from './audit-config.js';
import { readAuth } from './auth-config.js';
import { ConfigurationError } from './configuration.error.js';
import { readPdp } from './pdp-config.js';
import { readState } from './state-config.js';
import { readStores } from './store-config.js';
import { checkSafety } from './safety-check.js';
import { readTenants } from './tenant-config.js';
import { readTls } from './tls-config.js';
import { readTracing } from './tracing-config.js';
import { readVariables } from './variable-reader.js';
import type { ConfigValues, Problems } from './variable-reader.js';

const RANDOM_SALT_BYTES = 32;

/**
 * Reads and validates the whole configuration once. Files that variables name (secrets, certificates) are read here.
 * @param env the variables; an empty one counts as not set
 * @returns the configuration, deeply frozen
 * @throws ConfigurationError that lists every bad variable
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): AppConfig {
  const problems: Problems = new Map();
  const warnings: string[] = [];
  const values = readVariables(env, problems);
  const stores = readStores(values, problems, warnings);
  const auth = readAuth(values, problems);
  const tls = readTls(values, problems, warnings);
  const tenants = readTenants(values, problems);
  const pdp = readPdp(values, problems);
  const audit = readAudit(values, problems, warnings);
  const state = readState(values, problems, warnings);
  const salt = findSalt(values, problems);
  checkSafety(values, salt !== undefined, problems, warnings);
  if (problems.size > 0) throw new ConfigurationError([...problems.values()]);
  const tenant = {
    ...tenants,
    salt: new Sealed(createSecretKey(salt ?? randomBytes(RANDOM_SALT_BYTES))),
    isSaltConfigured: salt !== undefined,
  };
  return deepFreeze(toConfig(values, { stores, tls, auth, tenant, state, pdp, audit, warnings }));
}

function toConfig(
  values: ConfigValues,
  parts: Pick<AppConfig, 'stores' | 'tls' | 'auth' | 'tenant' | 'state' | 'pdp' | 'audit' | 'warnings'>,
): AppConfig {
  return {
    environment: values.ENVIRONMENT,
    revision: values.BUILD_REVISION,
    http: {
      port: values.PORT,
      host: values.HOST,
      publicOrigin: values.PUBLIC_ORIGIN,
      maxConnections: values.HTTP_MAX_CONNECTIONS,
      keepAliveTimeoutMs: values.HTTP_KEEP_ALIVE_TIMEOUT_MS,
    },
    gateway: { trustedProxies: values.TRUSTED_PROXIES, clientCertHeader: values.CLIENT_CERT_HEADER },
    yaml: { path: values.YAML_VAULT_PATH },
    provider: {
      timeoutMs: values.PROVIDER_TIMEOUT_MS,
      retries: values.PROVIDER_RETRIES,
      maxConcurrency: values.PROVIDER_MAX_CONCURRENCY,
      queue: values.PROVIDER_QUEUE,
      circuitFailures: values.CIRCUIT_FAILURES,
      circuitResetMs: values.CIRCUIT_RESET_MS,
    },
    idempotency: { ttlSeconds: values.IDEMPOTENCY_TTL_S },
    rateLimit: { perMinute: values.RATE_LIMIT_PER_MINUTE },
    transfer: { moveRequiresDelete: values.SECRETS_MOVE_REQUIRES_DELETE },
    paging: { limitDefault: values.SECRETS_PAGE_LIMIT_DEFAULT },
    grants: {
      ttlSecondsDefault: values.GRANT_TTL_DEFAULT,
      maxUsesDefault: values.GRANT_MAX_USES_DEFAULT,
      negativeCacheSeconds: values.NEGATIVE_CACHE_TTL_S,
    },
    tracing: readTracing(values),
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    strict: values.SECRETS_STRICT,
    ...parts,
  };
}

function findSalt(values: ConfigValues, problems: Problems): Buffer | undefined {
  const salt = values.TENANT_SALT?.open();
  const other = values.SECRET_TENANT_SALT?.open();
  if (salt !== undefined && other !== undefined && salt !== other) {
    problems.set(
      'TENANT_SALT',
      'TENANT_SALT and SECRET_TENANT_SALT differ; allowed: one of them, or both alike',
    );
  }
  const chosen = salt ?? other;
  return chosen === undefined ? undefined : Buffer.from(chosen, 'utf8');
}

/** Plain objects and arrays only: a `Sealed` is a value of its own. */
function deepFreeze<T extends object>(part: T): T {
  for (const inner of Object.values(part) as unknown[]) {
    if (typeof inner === 'object' && inner !== null && !(inner instanceof Sealed)) deepFreeze(inner);
  }
  return Object.freeze(part);
}
