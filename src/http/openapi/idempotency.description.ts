import type { ErrorCode } from '../../secrets/secret.errors.js';
import type { Parameter } from './header-components.js';

/** Of every operation that a client may want to send again without harm. */
export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A key of your own for this request, best a random one: sent again with the same key, by the same subject and client, the request counts once, and is answered as the first time (`Idempotency-Replayed: true`). Answers of 401, 403, 429, 5xx and `WRITE_CONFLICT` are not kept.',
  schema: {
    type: 'string',
    pattern: '^[\\x20-\\x7e]+$',
    minLength: 1,
    maxLength: 255,
    example: '5c1c2f9e-1f0b-4b8e-9a52-6a1f8f0f3c11',
  },
};

/** What those operations may answer because of it. */
export const IDEMPOTENCY_CODES = [
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_REUSED',
  'STATE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[];
