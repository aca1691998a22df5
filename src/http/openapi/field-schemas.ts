import type { SchemaObject } from '@nestjs/swagger';

type Described = SchemaObject & { readonly description: string };

/** Fields that stand in more than one schema. */

export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

export const listOf = (name: string): { type: string; items: { $ref: string } } => ({
  type: 'array',
  items: ref(name),
});

export const MAX_ADDRESS_LENGTH = 2048;

export const ADDRESS: Described = {
  type: 'string',
  minLength: 1,
  maxLength: MAX_ADDRESS_LENGTH,
  description: 'Canonical address of the secret, or with a fragment of one of its keys.',
  example: 'openbao+kv2://secret/app/api#token',
};

export const SECRET_ADDRESS: Described = {
  ...ADDRESS,
  description: 'Canonical address of the whole secret: without a fragment and without a version.',
  example: 'openbao+kv2://secret/app/api',
};

export const ANSWERED_ADDRESS: Described = {
  type: 'string',
  description: 'Canonical address of the call, its fragment included, without a version.',
  example: 'openbao+kv2://secret/app/api',
};

export const VERSION: Described = {
  type: 'integer',
  format: 'int64',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Number of a version; the first one is 1.',
  example: 3,
};

export const TIME: Described = {
  type: 'string',
  format: 'date-time',
  description: 'Time as the store prints it (RFC 3339).',
  example: '2026-11-24T09:30:00.123456789Z',
};

export const CUSTOM_METADATA: Described = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description:
    'What is kept about the secret beside its value. `created_by`, `created_at` and `owner` are stamped by the first write; `owner` can be changed.',
  example: { created_by: 'alice', created_at: '2026-11-24T09:30:00.000Z', owner: 'team-payments' },
};

export const KEYS: Described = {
  type: 'array',
  items: { type: 'string' },
  description: 'Names of the keys of the secret, without their values.',
  example: ['token', 'user'],
};

export const CURRENT_VERSION: Described = {
  ...VERSION,
  minimum: 0,
  description: 'Number of the newest version.',
};
export const CREATED_TIME: Described = {
  ...TIME,
  description: 'When it was written, as the store prints it (RFC 3339).',
};
export const UPDATED_TIME: Described = {
  ...TIME,
  description: 'When it was last changed, as the store prints it (RFC 3339).',
};
