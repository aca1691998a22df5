import { PRECONDITIONS } from './header-components.js';
import { IDEMPOTENCY_CODES, IDEMPOTENCY_KEY } from './idempotency.description.js';
import type { Examples, OperationDescription } from './operation-description.js';

const FROM = 'yaml://secret/app/api';
const TO = 'openbao+kv2://secret/app/api';

const REQUESTS: Examples = {
  secret: { summary: 'A whole secret, from YAML into OpenBao', value: { fromUri: FROM, toUri: TO } },
  key: {
    summary: 'One key, over what is there',
    value: { fromUri: `${FROM}#token`, toUri: `${TO}#api_token`, overwrite: true },
  },
};
const DONE: Examples = {
  openbao: { summary: 'Into KV v2', value: { fromUri: FROM, toUri: TO, version: 1 } },
  yaml: { summary: 'Into YAML', value: { fromUri: TO, toUri: FROM } },
};
const HEADERS = ['ETag', 'X-Secret-Version', 'Idempotency-Replayed'] as const;
const ANSWER = { schema: 'Transferred', headers: HEADERS, examples: DONE } as const;
const ANSWERS = {
  200: { description: 'Done; the secret at the destination was there before.', ...ANSWER },
  201: { description: 'Done; the secret at the destination is new.', ...ANSWER },
} as const;
const CODES = [
  'SECRET_NOT_FOUND',
  'FRAGMENT_NOT_FOUND',
  'SECRET_DELETED',
  'ALREADY_EXISTS',
  'PRECONDITION_FAILED',
  'WRITE_CONFLICT',
  'NUMBER_PRECISION',
  'PROVIDER_READ_ONLY',
  'NOT_SUPPORTED',
  'OUTCOME_UNKNOWN',
  ...IDEMPOTENCY_CODES,
] as const;
const WORDS =
  'A key goes to a key, a whole secret to a whole secret, between any two stores. Values are taken as they are and never unwrapped. Whether the destination exists is decided by its store, at the write; a deleted version counts too. `If-Match` and `If-None-Match` speak of the destination.';

export const TRANSFER_DESCRIPTIONS = {
  copySecret: {
    summary: 'Copy a secret or one key of it',
    description: `${WORDS} The address of the source may pin a version. Asks \`read\` on the source and \`write\` on the destination.`,
    parameters: [...PRECONDITIONS, IDEMPOTENCY_KEY],
    body: { schema: 'Transfer', examples: REQUESTS },
    answers: ANSWERS,
    problems: [...CODES, 'VERSION_NOT_FOUND', 'VERSION_DELETED', 'VERSION_DESTROYED'],
  },
  moveSecret: {
    summary: 'Move a secret or one key of it',
    description: `${WORDS} The copy is looked at before the source goes, and exactly what was copied is taken away: with \`SOURCE_CHANGED\` and \`MOVE_INCOMPLETE\` both exist and nothing is lost. Asks \`read\` on the source and \`write\` on the destination, and \`delete\` on the source where \`SECRETS_MOVE_REQUIRES_DELETE\` is set.`,
    parameters: [...PRECONDITIONS, IDEMPOTENCY_KEY],
    body: { schema: 'Transfer', examples: REQUESTS },
    answers: ANSWERS,
    problems: [...CODES, 'SOURCE_CHANGED', 'MOVE_INCOMPLETE'],
  },
} as const satisfies Record<string, OperationDescription>;
