import { hostName, httpOrigin, mountTable, serviceUrl } from './address-variables.js';
import { optionalFilePath } from './audit-variables.js';
import { credential, headerText, secretText } from './credential-variables.js';
import { certificateFile, filePath, privateKeyFile } from './file-variables.js';
import { addressRanges } from './gateway-variables.js';
import { brokerList, userName } from './kafka-variables.js';
import { actionName, boolean, choice, integer, label } from './plain-variables.js';
import { folderPath, jsonObject, optionalChoice } from './policy-variables.js';
import { redisUrl } from './redis-variables.js';
import { ASYMMETRIC_ALGORITHMS, claimName, cookieName, mediaTypeList, wordList } from './token-variables.js';
import { headerFields, ratio } from './tracing-variables.js';

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
      sentence:
        'Where callers reach the service, when a proxy stands in front of it. DPoP proofs (htu) and origins of browsers are compared with it; not set: with the scheme of the socket and the Host of the request.',
    }),
    HTTP_MAX_CONNECTIONS: integer(
      { default: 10_000, min: 1, max: 1_000_000 },
      { sentence: 'Connections at once; one more is closed without an answer.' },
    ),
    HTTP_KEEP_ALIVE_TIMEOUT_MS: integer(
      { default: 75_000, min: 1_000, max: 3_600_000 },
      {
        sentence:
          'How long a connection without a request is kept. Longer than the gateway in front keeps it, or now and then a request of the gateway meets a connection that is just closed.',
      },
    ),
    SECRETS_STRICT: boolean(false, {
      sentence:
        'Refuse to start on an unsafe combination outside dev and test: authentication, scopes or authorization off, no salt, TLS verification off, development endpoints on.',
    }),
    BUILD_REVISION: label('', {
      sentence: 'Commit that the service was built from, as the metric secrets_build_info names it.',
    }),
  },
  'TLS and client certificates': {
    TLS_CERT_FILE: certificateFile({
      sentence:
        'Certificate of the service, with those between it and its authority: it then speaks https (TLS 1.2 or later) and no http. Needs TLS_KEY_FILE.',
    }),
    TLS_KEY_FILE: privateKeyFile({ sentence: 'Private key of that certificate, without a passphrase.' }),
    TLS_CLIENT_CA_FILE: certificateFile({
      sentence: 'Authorities whose client certificates are believed on the TLS socket of the service.',
    }),
    TLS_CLIENT_AUTH: choice(['off', 'optional', 'required'], 'off', {
      sentence:
        'Ask callers for a certificate on that socket: not at all, without turning away those that have none, or of everybody. Needs TLS_CLIENT_CA_FILE.',
    }),
    TRUSTED_PROXIES: addressRanges({
      sentence:
        'Gateways that may say which certificate a client showed them; from any other address that header is refused.',
    }),
    CLIENT_CERT_HEADER: choice(['rfc9440', 'nginx', 'envoy', 'traefik'], 'rfc9440', {
      sentence:
        'In which header they say it: Client-Cert, X-SSL-Client-Cert, X-Forwarded-Client-Cert or X-Forwarded-Tls-Client-Cert.',
    }),
  },
  Authentication: {
    SECRETS_API_REQUIRE_AUTH: boolean(false, {
      sentence:
        'Demand an access token on every call on /api/secrets; needs OIDC_ISSUER. When false, callers without a token are anonymous, and a token that is sent is verified all the same.',
    }),
    SECRETS_ENFORCE_SCOPES: boolean(false, {
      sentence: 'Demand the OAuth scope of each operation; true implies SECRETS_API_REQUIRE_AUTH.',
    }),
    OIDC_ISSUER: serviceUrl(
      { query: false },
      {
        sentence:
          'Identity provider whose tokens are accepted, exactly as the tokens and its metadata name it (iss); the keys are discovered from it. Plain http only on loopback, or in dev and test.',
      },
    ),
    OIDC_JWKS_URI: serviceUrl(
      { query: true },
      {
        sentence:
          'Where the keys of the identity provider are, in place of discovery. Plain http only on loopback, or in dev and test.',
      },
    ),
    SECRETS_AUDIENCE: label('crud.secrets', {
      sentence: 'What the audience (aud) of a token must contain, when the token has one.',
    }),
    SECRETS_AUDIENCE_REQUIRED: boolean(false, { sentence: 'Refuse tokens without an audience.' }),
    JWT_ALGORITHMS: wordList(ASYMMETRIC_ALGORITHMS, ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'], {
      sentence: 'Signature algorithms that a token may have.',
    }),
    JWT_TYP: mediaTypeList(['at+jwt', 'application/at+jwt', 'jwt'], {
      sentence: 'Types (typ) that a token may have, without regard to case.',
    }),
    JWKS_COOLDOWN_MS: integer(
      { default: 30_000, min: 0, max: 3_600_000 },
      {
        unit: 'ms',
        sentence:
          'After the keys were asked for, how long an unknown key does not make the service ask again.',
      },
    ),
    JWKS_REFRESH_MS: integer(
      { default: 300_000, min: 100, max: 86_400_000 },
      {
        unit: 'ms',
        sentence: 'How often the keys are fetched anew: a key that was withdrawn is refused from then on.',
      },
    ),
    ANTI_REPLAY_ACCESS_TOKENS: boolean(false, {
      sentence:
        'Let each access token count once, by its jti; a token without one is refused. With several processes it needs REDIS_URL.',
    }),
    SECRETS_SESSION_COOKIE: cookieName({
      sentence:
        'Cookie of the gateway that carries a token in place of Authorization. Changes under it need a same-origin Origin or Sec-Fetch-Site.',
    }),
  },
  Tenant: {
    TENANT_ID: label('dev', { sentence: 'Name of the tenant that this service works for.' }),
    TENANT_CLAIM: claimName({
      sentence:
        "Claim of the token that names the caller's tenant, in place of TENANT_ID. A token without it, or of a tenant without mounts, can use nothing.",
    }),
    TENANT_ALLOWED_MOUNTS: mountTable(['secret'], {
      sentence:
        'Mounts that the tenant may use, or those of several tenants; a call on any other is refused before a policy is asked.',
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
    CIRCUIT_FAILURES: integer(
      { default: 10, min: 1, max: 10_000 },
      {
        unit: 'failures',
        sentence: 'Failures of a store in a row after which it is not called for a while: 503 at once.',
      },
    ),
    CIRCUIT_RESET_MS: integer(
      { default: 5_000, min: 1, max: 600_000 },
      { unit: 'ms', sentence: 'How long that while is; then one call tries whether the store is back.' },
    ),
  },
  'Limits and retries of callers': {
    RATE_LIMIT_PER_MINUTE: integer(
      { default: 0, min: 0, max: 10_000_000 },
      {
        unit: 'requests',
        sentence:
          'Requests that one caller (subject and client, without a token its address) may make in a minute; over it 429. 0: no limit.',
      },
    ),
    IDEMPOTENCY_TTL_S: integer(
      { default: 86_400, min: 1, max: 2_592_000 },
      {
        unit: 's',
        sentence: 'How long a request with an Idempotency-Key is remembered, so that it counts once.',
      },
    ),
  },
  'Shared state': {
    REDIS_URL: redisUrl({
      sentence:
        'Redis for one-time proofs, grants, counters and idempotency keys that several processes share; not set: each process keeps its own in memory. It must not evict keys (maxmemory-policy noeviction).',
    }),
    REDIS_PASSWORD: secretText({ sentence: 'Password at that Redis, where REDIS_URL holds none.' }),
    REDIS_CA_CERT: certificateFile({
      sentence: 'Certificate authorities that are trusted for Redis, in place of those of the system.',
    }),
  },
  Answers: {
    SECRETS_PAGE_LIMIT_DEFAULT: integer(
      { default: 100, min: 1, max: 1_000 },
      { unit: 'items', sentence: 'Page size of a listing that asks for none.' },
    ),
  },
  Policy: {
    ENABLE_AUTHORIZATION: boolean(false, {
      sentence:
        'Ask a policy decision point before each operation; off, everything is permitted and marked so.',
    }),
    PDP_ENGINE: optionalChoice(['cedar', 'authzen'], {
      sentence:
        'Who decides: Cedar policies inside this process, or a decision point that speaks AuthZEN 1.0.',
    }),
    PDP_POLICY_DIR: folderPath({
      sentence: 'Folder with the Cedar policies (*.cedar) and, if any, schema.cedarschema.',
    }),
    PDP_URL: serviceUrl(
      { query: false },
      { sentence: 'Identifier and address of the AuthZEN decision point.' },
    ),
    PDP_TOKEN: credential({ sentence: 'Bearer token of the service at the decision point.' }),
    PDP_CA_CERT: certificateFile({
      sentence:
        'Certificate authorities that are trusted for the decision point, in place of those of the system.',
    }),
    PDP_TIMEOUT_MS: integer(
      { default: 2_000, min: 1, max: 60_000 },
      { unit: 'ms', sentence: 'How long a decision point may take; over it there is no decision.' },
    ),
    PDP_BATCH_MAX: integer(
      { default: 50, min: 1, max: 1_000 },
      { unit: 'items', sentence: 'Questions that are asked of a decision point at once.' },
    ),
    PDP_RESOURCE_ATTRIBUTES: boolean(true, {
      sentence:
        'Read owner and creator of a secret from its store and tell them to an AuthZEN decision point.',
    }),
    PDP_CONTEXT: jsonObject({
      sentence: 'What is added to the context of every question to an AuthZEN decision point.',
    }),
    PDP_READ_ACTION: actionName('read', {
      sentence: 'What the purpose read is called when a policy is asked; some policies call it execute.',
    }),
    SECRETS_MOVE_REQUIRES_DELETE: boolean(false, {
      sentence: 'A move asks for the deletion of its source too, and needs the scope secrets.delete.',
    }),
    GRANT_TTL_DEFAULT: integer(
      { default: 300, min: 1, max: 86_400 },
      { unit: 's', sentence: 'Life of a permit that its policy does not bound.' },
    ),
    GRANT_MAX_USES_DEFAULT: integer(
      { default: 1, min: 1, max: 1_000_000 },
      { unit: 'uses', sentence: 'Uses of a permit that its policy does not bound; 1: each use asks again.' },
    ),
    NEGATIVE_CACHE_TTL_S: integer(
      { default: 5, min: 0, max: 3_600 },
      { unit: 's', sentence: 'How long a denial is remembered; 0: not at all.' },
    ),
  },
  Audit: {
    AUDIT_MODE: choice(['best_effort', 'required'], 'best_effort', {
      sentence:
        'What happens where a record cannot be written: it is counted and logged, or (required) nothing is given out and the call answers 503.',
    }),
    AUDIT_FILE: optionalFilePath({
      sentence:
        'File of the trail: one JSON object a line, each bound to the one before it by a hash, flushed to the disk before the answer leaves. One process writes it.',
    }),
    AUDIT_FILE_MAX_BYTES: integer(
      { default: 104_857_600, min: 0, max: 1_099_511_627_776 },
      {
        unit: 'bytes',
        sentence:
          'From this size on the file is put aside under its last sequence number and a new one begun; 0: never. SIGHUP opens the file anew for those who rotate from outside.',
      },
    ),
    AUDIT_FORMAT: choice(['native', 'cloudevents'], 'native', {
      sentence:
        'Form of a record in the file and in Kafka: the record itself, or a CloudEvents 1.0 event around it.',
    }),
    KAFKA_BROKERS: brokerList({
      sentence:
        'Brokers of the Kafka that records go to: every record to the topic crud.secrets.audit, changes that happened to crud.secrets too. The topics have to be there. Not set: no Kafka.',
    }),
    KAFKA_TLS: boolean(false, { sentence: 'Speak TLS with those brokers.' }),
    KAFKA_CA_CERT: certificateFile({
      sentence: 'Certificate authorities that are trusted for Kafka, in place of those of the system.',
    }),
    KAFKA_USERNAME: userName({ sentence: 'User of the service at that Kafka (SASL).' }),
    KAFKA_PASSWORD: secretText({ sentence: 'Password of that user.' }),
    KAFKA_SASL_MECHANISM: choice(['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'], 'SCRAM-SHA-512', {
      sentence:
        'How the password is proved. PLAIN sends it, and needs KAFKA_TLS outside dev and test unless the brokers are on loopback.',
    }),
    AUDIT_BUFFER_SIZE: integer(
      { default: 1_000, min: 1, max: 100_000 },
      {
        unit: 'items',
        sentence: 'The latest records that are kept in memory for the development endpoints.',
      },
    ),
    AUDIT_SSE_MAX: integer(
      { default: 100, min: 0, max: 10_000 },
      { unit: 'connections', sentence: 'Readers of the event stream at once; one more is answered 503.' },
    ),
    AUDIT_SHOW_URI: boolean(false, {
      sentence:
        'Show the address in the records of the development endpoints; in dev and test only, and never in a file or a log.',
    }),
    SECRETS_DEV_ENDPOINTS: boolean(false, {
      sentence:
        'Have the development endpoints (/api/secrets/events, /api/secrets/audit and /console) outside dev and test too.',
    }),
  },
  Traces: {
    OTEL_EXPORTER_OTLP_ENDPOINT: serviceUrl(
      { query: false },
      {
        sentence:
          'Collector that traces go to, over OTLP (HTTP, protobuf; /v1/traces is added). Not set: no traces, and no code for them is loaded.',
      },
    ),
    OTEL_EXPORTER_OTLP_HEADERS: headerFields({
      sentence: 'Header fields that the collector asks for, as name=value,name=value.',
    }),
    OTEL_SERVICE_NAME: label('secrets-api', { sentence: 'Name of the service in traces.' }),
    OTEL_TRACES_SAMPLER: choice(
      [
        'always_on',
        'always_off',
        'traceidratio',
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
      ],
      'parentbased_always_on',
      {
        sentence:
          'Which traces are taken; those that are named parentbased do as the caller did, where its traceparent says.',
      },
    ),
    OTEL_TRACES_SAMPLER_ARG: ratio(1, {
      sentence: 'Share of the traces that is taken by the samplers that are named traceidratio.',
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
