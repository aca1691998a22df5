import type { HeaderObject, ParameterObject } from '@nestjs/swagger';
import { VERSION } from './field-schemas.js';

/** Headers of answers, by the names under which the document keeps them. */
export const RESPONSE_HEADERS = {
  'X-Correlation-Id': {
    description:
      'Id of the request in answers, logs and audit records: the one that was sent, else a new one.',
    required: true,
    schema: { type: 'string', example: '3f1c9a52-7f0e-4f1b-9d6a-2c1f6f0b8e11' },
  },
  ETag: {
    description:
      'The version in quotes, to be sent back as `If-Match`. Only where the store counts versions.',
    schema: { type: 'string', pattern: '^"[1-9][0-9]*"$', example: '"3"' },
  },
  'X-Secret-Version': {
    description: 'The version as a bare number. Only where the store counts versions.',
    schema: { ...VERSION },
  },
  'Idempotency-Replayed': {
    description: 'The answer is the one that an earlier request with the same `Idempotency-Key` got.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Retry-After': {
    description: 'Seconds after which trying again makes sense.',
    required: true,
    schema: { type: 'integer', minimum: 0, example: 1 },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 6750).',
    required: true,
    schema: { type: 'string', example: 'Bearer error="invalid_token"' },
  },
} as const satisfies Record<string, HeaderObject>;

export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

export const headerRefs = (names: readonly ResponseHeader[]): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export type Parameter = ParameterObject & { readonly description: string };

export const CORRELATION_ID: Parameter = {
  name: 'X-Correlation-Id',
  in: 'header',
  required: false,
  description:
    'Your own id of the request: 1 to 128 of `A-Za-z0-9._-`. Anything else is replaced by a new one, which the answer carries.',
  schema: { type: 'string', example: 'nightly-rotation-42' },
};

/** Of every operation that makes a version. */
export const PRECONDITIONS: readonly Parameter[] = [
  {
    name: 'If-Match',
    in: 'header',
    required: false,
    description:
      'The version in quotes that has to be the latest one, as `ETag` gives it; with a fragment it is still the version of the secret. Else, and where there is no such secret, 412. KV v2 only.',
    schema: { type: 'string', pattern: '^"[1-9][0-9]*"$', example: '"3"' },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: '`*`: only where the secret does not exist yet, else 412. A soft-deleted secret exists.',
    schema: { type: 'string', enum: ['*'], example: '*' },
  },
];
