import { hostName, httpOrigin, mountList } from './address-variables.js';
import { credential, headerText, secretText } from './credential-variables.js';
import { certificateFile, filePath } from './file-variables.js';
import { actionName, boolean, choice, integer, label } from './plain-variables.js';

/**
 * Every environment variable that takes effect, with its default and its sentence. `docs/configuration.md` is
 * generated from this table; a secret can also be given as `<NAME>_FILE`. The groups are the page's headings.
 */
export const CONFIG_SCHEMA = {
  Service: {
    ENVIRONMENT: choice(
      ['dev', 'test', 'staging', 'production'],
      'dev',
      { sentence: 'Where the service runs; "prod" means production. YAML is written in dev and test only.' },
      { prod: 'production' },
    ),
    PORT: integer(
      { default: 9100, min: 0, max: 65_535 },
      { sentence: 'TCP port that the service listens on; 0 lets the system choose a free one.' },
    ),
    HOST: hostName('127.0.0.1', {
      sentence: 'Address that the service listens on; 0.0.0.0 or :: for every interface.',
    }),
    PUBLIC_ORIGIN: httpOrigin({
      sentence: 'Where callers reach the service, when a proxy stands in front of it.',
    }),
    SECRETS_STRICT: boolean(false, {
      sentence:
        'Refuse to start on an unsafe combination outside dev and test: authentication, scopes or authorization off, no salt, TLS verification off. This release has no authentication yet, so there it cannot start strictly at all.',
    }),
  },
  'Not in this release': {
    SECRETS_API_REQUIRE_AUTH: boolean(false, {
      sentence: 'Demand a token on every call. Not built yet: true stops the start.',
    }),
    SECRETS_ENFORCE_SCOPES: boolean(false, {
      sentence: 'Demand the scope of each operation. Not built yet: true stops the start.',
    }),
    ENABLE_AUTHORIZATION: boolean(false, {
      sentence: 'Ask a policy decision point before each operation. Not built yet: true stops the start.',
    }),
  },
  Tenant: {
    TENANT_ID: label('dev', { sentence: 'Name of the tenant that this service works for.' }),
    TENANT_ALLOWED_MOUNTS: mountList(['secret'], {
      sentence: 'Mounts that the tenant may use; a call on any other is refused before a policy is asked.',
    }),
    TENANT_SALT: secretText({
      sentence:
        'Key of the hash that stands for an address in audit and logs (resource_ref). Without one a random key is made at each start, and the hashes of two processes cannot be compared.',
    }),
    SECRET_TENANT_SALT: secretText({ sentence: 'Another name of TENANT_SALT.' }),
  },
  'YAML store': {
    YAML_VAULT_PATH: filePath('./data/dev_secrets.yaml', {
      sentence: 'File of the yaml:// store, from the working directory; made at the first write.',
    }),
  },
  OpenBao: {
    OPENBAO_URL: httpOrigin({ sentence: 'Server of the openbao+kv2:// store. Not set: VAULT_URL.' }),
    OPENBAO_TOKEN: credential({ sentence: 'Token of the service at that store.' }),
    OPENBAO_ROLE_ID: headerText({
      sentence: 'Role of the service at that store (AppRole), in place of a token.',
    }),
    OPENBAO_SECRET_ID: credential({ sentence: 'Secret that belongs to the role.' }),
    OPENBAO_NAMESPACE: headerText({ sentence: 'Namespace at that store. Not set: VAULT_NAMESPACE.' }),
  },
  'HashiCorp Vault': {
    HASHICORP_URL: httpOrigin({ sentence: 'Server of the hashicorp+kv2:// store. Not set: VAULT_URL.' }),
    HASHICORP_TOKEN: credential({ sentence: 'Token of the service at that store.' }),
    HASHICORP_ROLE_ID: headerText({
      sentence: 'Role of the service at that store (AppRole), in place of a token.',
    }),
    HASHICORP_SECRET_ID: credential({ sentence: 'Secret that belongs to the role.' }),
    HASHICORP_NAMESPACE: headerText({ sentence: 'Namespace at that store. Not set: VAULT_NAMESPACE.' }),
  },
  'Both KV v2 stores': {
    VAULT_URL: httpOrigin({ sentence: 'Server of each KV v2 store that has no URL of its own.' }),
    VAULT_TOKEN: credential({ sentence: 'Token at each KV v2 store that has no credential of its own.' }),
    VAULT_ROLE_ID: headerText({
      sentence: 'Role (AppRole) where a store has no token and no role of its own.',
    }),
    VAULT_SECRET_ID: credential({ sentence: 'Secret of the role where a store has none of its own.' }),
    VAULT_NAMESPACE: headerText({ sentence: 'Namespace where a store has none of its own.' }),
    VAULT_VERIFY_SSL: boolean(true, { sentence: "Verify the store's TLS certificate." }),
    VAULT_CA_CERT: certificateFile({
      sentence: 'Certificate authorities that are trusted for the stores, in place of those of the system.',
    }),
    VAULT_POOL_SIZE: integer(
      { default: 64, min: 1, max: 1_024 },
      { unit: 'connections', sentence: 'Connections that are kept to each store.' },
    ),
  },
  'Calls to a store': {
    PROVIDER_TIMEOUT_MS: integer(
      { default: 5_000, min: 1, max: 600_000 },
      { unit: 'ms', sentence: 'How long one attempt may take.' },
    ),
    PROVIDER_RETRIES: integer(
      { default: 2, min: 0, max: 10 },
      { unit: 'attempts', sentence: 'Attempts after the first one, for reads only.' },
    ),
    PROVIDER_MAX_CONCURRENCY: integer(
      { default: 64, min: 1, max: 10_000 },
      { unit: 'calls', sentence: 'Calls that are in flight to one store at once.' },
    ),
    PROVIDER_QUEUE: integer(
      { default: 256, min: 0, max: 100_000 },
      { unit: 'calls', sentence: 'Calls that may wait for one store; over it they are answered with 503.' },
    ),
  },
  Answers: {
    SECRETS_PAGE_LIMIT_DEFAULT: integer(
      { default: 100, min: 1, max: 1_000 },
      { unit: 'items', sentence: 'Page size of a listing that asks for none.' },
    ),
  },
  Policy: {
    PDP_READ_ACTION: actionName('read', {
      sentence: 'What the purpose read is called when a policy is asked; some policies call it execute.',
    }),
  },
  Log: {
    LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', {
      sentence: 'The least level that is written.',
    }),
    LOG_FORMAT: choice(['json', 'pretty'], 'json', {
      sentence: 'One JSON object a line, or lines for people.',
    }),
  },
} as const;
