import type { ConfigValues, Problems } from './variable-reader.js';

const SWITCHES = ['SECRETS_API_REQUIRE_AUTH', 'SECRETS_ENFORCE_SCOPES', 'ENABLE_AUTHORIZATION'] as const;
const LOOPBACK = /^(127(\.\d+){3}|localhost|::1)$/;

/**
 * Refuses, under SECRETS_STRICT outside dev and test, every unsafe combination. What is unsafe and not refused becomes
 * a warning.
 */
export function checkSafety(
  values: ConfigValues,
  hasSalt: boolean,
  problems: Problems,
  warnings: string[],
): void {
  if (!LOOPBACK.test(values.HOST) && !isAuthenticationOn(values)) {
    warnings.push(
      `HOST is ${values.HOST} and authentication is off: whoever reaches the port uses every secret.`,
    );
  }
  if (values.ENVIRONMENT === 'dev' || values.ENVIRONMENT === 'test') return;
  if (values.SECRETS_STRICT) refuseUnsafe(values, hasSalt, problems);
  else warnings.push(...describeUnsafe(values, hasSalt));
}

/** Scopes are those of a token, so they imply one. */
function isAuthenticationOn(values: ConfigValues): boolean {
  return values.SECRETS_API_REQUIRE_AUTH || values.SECRETS_ENFORCE_SCOPES;
}

function refuseUnsafe(values: ConfigValues, hasSalt: boolean, problems: Problems): void {
  const where = `SECRETS_STRICT is true and ENVIRONMENT is ${values.ENVIRONMENT}`;
  for (const name of SWITCHES) {
    const isOn = name === 'SECRETS_API_REQUIRE_AUTH' ? isAuthenticationOn(values) : values[name];
    if (isOn || problems.has(name)) continue;
    problems.set(name, `${name} is off, though ${where}; allowed: true`);
  }
  if (!hasSalt && !problems.has('TENANT_SALT')) {
    problems.set(
      'TENANT_SALT',
      `TENANT_SALT is not set, though ${where}; allowed: any text, the same in every process`,
    );
  }
  if (!values.VAULT_VERIFY_SSL) {
    problems.set('VAULT_VERIFY_SSL', `VAULT_VERIFY_SSL holds "false", though ${where}; allowed: true`);
  }
  if (values.SECRETS_DEV_ENDPOINTS) {
    problems.set(
      'SECRETS_DEV_ENDPOINTS',
      `SECRETS_DEV_ENDPOINTS holds "true", though ${where}; allowed: false`,
    );
  }
}

function describeUnsafe(values: ConfigValues, hasSalt: boolean): readonly string[] {
  const found: string[] = [];
  if (!hasSalt)
    found.push('TENANT_SALT is not set: resource_ref cannot be compared between processes or starts.');
  if (!values.VAULT_VERIFY_SSL)
    found.push("VAULT_VERIFY_SSL is false: the stores' TLS certificates are not verified.");
  if (values.SECRETS_DEV_ENDPOINTS)
    found.push(
      'SECRETS_DEV_ENDPOINTS is true: who may read the audit trail over HTTP sees what everybody does.',
    );
  return found;
}
