import { PRECONDITIONS } from './header-components.js';
import { IDEMPOTENCY_CODES, IDEMPOTENCY_KEY } from './idempotency.description.js';
import type { Examples, OperationDescription } from './operation-description.js';
import { DESTROY, FRAGMENT, VERSION_PIN, uriParameter } from './query-parameters.js';

const MAP = { token: 's3cr3t', user: 'app' };

const CONTENT: Examples = {
  map: { summary: 'Without a fragment: the map', value: MAP },
  key: { summary: 'With a fragment: the value of the key', value: { value: 's3cr3t' } },
};

const WRITES: Examples = {
  yaml: { summary: 'A secret of the YAML store', value: { uri: 'yaml://secret/app/api', value: MAP } },
  yamlKey: { summary: 'One key of it', value: { uri: 'yaml://secret/app/api#token', value: 's3cr3t' } },
  openbao: { summary: 'A secret in OpenBao', value: { uri: 'openbao+kv2://secret/app/api', value: MAP } },
  openbaoKey: {
    summary: 'One key of it',
    value: { uri: 'openbao+kv2://secret/app/api#token', value: 's3cr3t' },
  },
};

const CREATED: Examples = {
  openbao: { summary: 'KV v2', value: { uri: 'openbao+kv2://secret/app/api', version: 1, created: true } },
  yaml: { summary: 'YAML', value: { uri: 'yaml://secret/app/api', created: true } },
};

const CHANGED: Examples = {
  openbao: {
    summary: 'KV v2',
    value: { uri: 'openbao+kv2://secret/app/api#token', version: 4, created: false },
  },
  yaml: { summary: 'YAML', value: { uri: 'yaml://secret/app/api#token', created: false } },
};

const VERSION_HEADERS = ['ETag', 'X-Secret-Version'] as const;
const WRITTEN = { schema: 'SecretWritten', headers: [...VERSION_HEADERS, 'Idempotency-Replayed'] } as const;
const VALUE_CODES = ['OBJECT_REQUIRED', 'NULL_VALUE', 'NUMBER_PRECISION', 'VALUE_TOO_COMPLEX'] as const;
const CHANGE_CODES = [
  'PROVIDER_READ_ONLY',
  'WRITE_CONFLICT',
  'PRECONDITION_FAILED',
  'NOT_SUPPORTED',
  'OUTCOME_UNKNOWN',
] as const;
const MISSING_CODES = ['SECRET_NOT_FOUND', 'FRAGMENT_NOT_FOUND', 'SECRET_DELETED'] as const;

const NUMBERS =
  'Numbers are never rounded: KV v2 keeps doubles, and a number that would come back changed is refused with `NUMBER_PRECISION`; YAML keeps every digit.';

export const SECRET_DESCRIPTIONS = {
  writeSecret: {
    summary: 'Write a secret or one key of it',
    description: `Without a fragment the value replaces the whole map. With one that key is set and every other key stays, whoever else writes at the same moment. ${NUMBERS} The YAML store is written in the environments dev and test only.`,
    parameters: [...PRECONDITIONS, IDEMPOTENCY_KEY],
    body: { schema: 'WriteSecret', examples: WRITES },
    answers: {
      200: { description: 'Written; the secret was there before.', examples: CHANGED, ...WRITTEN },
      201: { description: 'Written; the secret is new.', examples: CREATED, ...WRITTEN },
    },
    problems: [...VALUE_CODES, ...CHANGE_CODES, ...IDEMPOTENCY_CODES],
  },
  readSecret: {
    summary: 'Read a secret of the YAML store',
    description:
      'For development. Every other store answers 501 and is read at `/api/secrets/value`, which reads the YAML store too.',
    parameters: [uriParameter('yaml', 'yamlKey'), FRAGMENT, VERSION_PIN],
    answers: {
      200: { description: 'The map, or the value of one key.', schema: 'SecretContent', examples: CONTENT },
    },
    problems: ['SECRET_NOT_FOUND', 'FRAGMENT_NOT_FOUND', 'NOT_SUPPORTED'],
  },
  readSecretValue: {
    summary: 'Read a secret or one key of it',
    description:
      'For every store. KV v2 reads the latest version, or the one that is pinned, and tells its number in `ETag` and `X-Secret-Version`.',
    parameters: [
      uriParameter('yaml', 'yamlKey', 'openbao', 'openbaoKey', 'hashicorp'),
      FRAGMENT,
      VERSION_PIN,
    ],
    answers: {
      200: {
        description: 'The map, or the value of one key.',
        schema: 'SecretContent',
        headers: VERSION_HEADERS,
        examples: CONTENT,
      },
    },
    problems: [
      ...MISSING_CODES,
      'VERSION_NOT_FOUND',
      'VERSION_DELETED',
      'VERSION_DESTROYED',
      'NOT_SUPPORTED',
    ],
  },
  deleteSecret: {
    summary: 'Delete a secret or one key of it',
    description:
      'KV v2 deletes the latest version softly; it can be undeleted. With a fragment a new version without that key is written; with its last key the secret goes. On YAML the key or the secret goes. `destroy=true` takes every version and the metadata, also of a soft-deleted secret, and takes no fragment.',
    parameters: [
      uriParameter('yaml', 'yamlKey', 'openbao', 'openbaoKey', 'hashicorp'),
      FRAGMENT,
      DESTROY,
      ...PRECONDITIONS,
    ],
    answers: {
      200: {
        description: 'Deleted.',
        schema: 'SecretDeleted',
        headers: VERSION_HEADERS,
        examples: {
          version: {
            summary: 'A secret on KV v2',
            value: { uri: 'openbao+kv2://secret/app/api', deleted: 'version', version: 3 },
          },
          key: { summary: 'One key', value: { uri: 'openbao+kv2://secret/app/api#token', deleted: 'key' } },
          secret: { summary: 'A secret on YAML', value: { uri: 'yaml://secret/app/api', deleted: 'secret' } },
          destroyed: {
            summary: 'With destroy=true',
            value: { uri: 'openbao+kv2://secret/app/api', deleted: 'all_versions' },
          },
        },
      },
    },
    problems: [...MISSING_CODES, ...CHANGE_CODES, 'FRAGMENT_NOT_ALLOWED'],
  },
  rotateSecret: {
    summary: 'Replace the value of a secret or key that exists',
    description: `A write that answers 404 where the secret or key does not exist or is deleted, unless \`createIfMissing\` is true. KV v2 writes a new version. ${NUMBERS}`,
    parameters: [...PRECONDITIONS, IDEMPOTENCY_KEY],
    body: { schema: 'RotateSecret', examples: WRITES },
    answers: {
      200: { description: 'Rotated.', examples: CHANGED, ...WRITTEN },
      201: { description: 'Written; the secret is new (`createIfMissing`).', examples: CREATED, ...WRITTEN },
    },
    problems: [...MISSING_CODES, ...VALUE_CODES, ...CHANGE_CODES, ...IDEMPOTENCY_CODES],
  },
} as const satisfies Record<string, OperationDescription>;
