import type { StoreConfig } from './app-config.js';
import type { ConfigValues, Problems } from './variable-reader.js';

type OwnPrefix = 'OPENBAO' | 'HASHICORP';
type Prefix = OwnPrefix | 'VAULT';
type Credential = Pick<StoreConfig, 'token' | 'roleId' | 'secretId'>;

export interface Stores {
  readonly openbao: StoreConfig | undefined;
  readonly hashicorp: StoreConfig | undefined;
}

/**
 * The two KV v2 stores, each from its own variables and, field by field, from those of `VAULT_`. A credential of
 * its own, a token or any part of AppRole, wins over all credentials of `VAULT_`.
 */
export function readStores(values: ConfigValues, problems: Problems, warnings: string[]): Stores {
  refuseTwoCredentials(values, problems);
  const openbao = findStore('OPENBAO', values, problems);
  const hashicorp = findStore('HASHICORP', values, problems);
  if (values.VAULT_URL !== undefined) {
    checkSharedServer({ OPENBAO: openbao, HASHICORP: hashicorp }, values, problems, warnings);
  }
  for (const prefix of ['OPENBAO', 'HASHICORP'] as const) {
    if (hasOwnCredential(prefix, values) && findUrl(prefix, values) === undefined) {
      warnings.push(`A credential of ${prefix}_ is set without ${prefix}_URL: that store is not configured.`);
    }
  }
  return { openbao, hashicorp };
}

function refuseTwoCredentials(values: ConfigValues, problems: Problems): void {
  for (const prefix of ['OPENBAO', 'HASHICORP', 'VAULT'] as const) {
    const { token, roleId, secretId } = credentialOf(prefix, values);
    if (token === undefined || (roleId === undefined && secretId === undefined)) continue;
    const other = roleId === undefined ? 'SECRET_ID' : 'ROLE_ID';
    problems.set(
      `${prefix}_TOKEN`,
      `${prefix}_TOKEN and ${prefix}_${other} are both set; allowed: a token, or AppRole with ROLE_ID and SECRET_ID`,
    );
  }
}

function findStore(prefix: OwnPrefix, values: ConfigValues, problems: Problems): StoreConfig | undefined {
  const url = findUrl(prefix, values);
  const credential = findCredential(prefix, values);
  if (url !== undefined || hasOwnCredential(prefix, values)) checkAppRole(prefix, credential, problems);
  if (url === undefined) return undefined;
  if (
    credential.token === undefined &&
    credential.roleId === undefined &&
    credential.secretId === undefined
  ) {
    if (values[`${prefix}_URL`] !== undefined) reportNoCredential(prefix, problems);
    return undefined;
  }
  return {
    url,
    ...credential,
    namespace: values[`${prefix}_NAMESPACE`] ?? values.VAULT_NAMESPACE,
    verifyTls: values.VAULT_VERIFY_SSL,
    caCert: values.VAULT_CA_CERT,
    poolSize: values.VAULT_POOL_SIZE,
  };
}

function findUrl(prefix: OwnPrefix, values: ConfigValues): string | undefined {
  return values[`${prefix}_URL`] ?? values.VAULT_URL;
}

function findCredential(prefix: OwnPrefix, values: ConfigValues): Credential {
  const own = credentialOf(prefix, values);
  const shared = credentialOf('VAULT', values);
  if (own.token !== undefined) return own;
  if (!hasOwnCredential(prefix, values)) return shared;
  return {
    token: undefined,
    roleId: own.roleId ?? shared.roleId,
    secretId: own.secretId ?? shared.secretId,
  };
}

function credentialOf(prefix: Prefix, values: ConfigValues): Credential {
  return {
    token: values[`${prefix}_TOKEN`],
    roleId: values[`${prefix}_ROLE_ID`],
    secretId: values[`${prefix}_SECRET_ID`],
  };
}

function hasOwnCredential(prefix: OwnPrefix, values: ConfigValues): boolean {
  return Object.values(credentialOf(prefix, values)).some((part) => part !== undefined);
}

function checkAppRole(prefix: OwnPrefix, { token, roleId, secretId }: Credential, problems: Problems): void {
  if (token !== undefined || (roleId === undefined) === (secretId === undefined)) return;
  const [given, missing] = roleId === undefined ? ['SECRET_ID', 'ROLE_ID'] : ['ROLE_ID', 'SECRET_ID'];
  report(
    problems,
    `${prefix}_${missing}`,
    `${prefix}_${missing} is not set, and neither is VAULT_${missing}; allowed: both parts of AppRole, since a ${given} is set`,
  );
}

/** `VAULT_URL` offers a server to both stores; it is enough when one of them has a credential. */
function checkSharedServer(
  stores: Readonly<Record<OwnPrefix, StoreConfig | undefined>>,
  values: ConfigValues,
  problems: Problems,
  warnings: string[],
): void {
  const prefixes = ['OPENBAO', 'HASHICORP'] as const;
  const bare = prefixes.filter((prefix) => stores[prefix] === undefined && !values[`${prefix}_URL`]);
  if (bare.length === 0) return;
  if (prefixes.every((prefix) => stores[prefix] === undefined)) {
    reportNoCredential('VAULT', problems);
    return;
  }
  warnings.push(
    ...bare.map(
      (prefix) => `VAULT_URL is set, but ${prefix}_ has no credential: that store is not configured.`,
    ),
  );
}

function reportNoCredential(prefix: Prefix, problems: Problems): void {
  const refused = [...problems.keys()].some((name) => /_(TOKEN|ROLE_ID|SECRET_ID)$/.test(name));
  if (refused) return;
  report(
    problems,
    `${prefix}_URL`,
    `${prefix}_URL is set, but no credential; allowed: with it ${prefix}_TOKEN, or ${prefix}_ROLE_ID and ${prefix}_SECRET_ID`,
  );
}

/** A variable that was refused before counts as not set here; its first fault is the one to tell. */
function report(problems: Problems, name: string, problem: string): void {
  if (!problems.has(name)) problems.set(name, problem);
}
