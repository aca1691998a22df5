import type { ParameterObject } from '@nestjs/swagger';
import type { OperationDescription } from './operation-description.js';

const RECORD = {
  id: '0b6c7f1e-6c0e-4b51-9c43-3c7c9d1a5c6e',
  time: '2026-11-24T09:30:00.123Z',
  event: 'secret.read',
  subject: 'alice',
  client_id: 'payments',
  tenant_id: 'dev',
  purpose: 'read',
  effect: 'permit',
  resource_ref: 'mX1t0w3kq6o1o2n2cG4tq0W2JmJXh1m0d0nBq8j7f1A',
  decision_id: 'cedar-1c6f9f3e-0f8e-4a52-9a55-0f8f1b7c2d10',
  provider: 'openbao+kv2',
  version: 3,
  code: null,
  correlation_id: 'nightly-rotation-42',
  trace_id: null,
  cnf: null,
};

const LIMIT: ParameterObject = {
  name: 'limit',
  in: 'query',
  required: false,
  description: 'The most records of the page. Without it 100.',
  schema: { type: 'integer', minimum: 1, maximum: 1000, example: 100 },
};

const CURSOR: ParameterObject = {
  name: 'cursor',
  in: 'query',
  required: false,
  description: '`next_cursor` of the page before. It is good for the life of the process.',
  schema: { type: 'string', minLength: 1, example: '5f0f6d57-8a55-4d0a-9a0b-0a3c0f6e1f0e.900' },
};

const LAST_EVENT_ID: ParameterObject = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description:
    'Id of the last event that was received: the stream goes on behind it. Where what followed is no longer kept, it begins with a `gap` event.',
  schema: { type: 'string', example: RECORD.id },
};

const WHERE =
  'A help for development: it exists in dev and test, elsewhere only under `SECRETS_DEV_ENDPOINTS=true`. The policy is asked about the resource `audit` `events`.';

export const AUDIT_DESCRIPTIONS = {
  listAudit: {
    summary: 'The latest audit records',
    description: `Of this process and of the tenant of the caller, newest first, as far as \`AUDIT_BUFFER_SIZE\` reaches. ${WHERE}`,
    parameters: [LIMIT, CURSOR],
    answers: {
      200: {
        description: 'One page.',
        schema: 'AuditPage',
        examples: { page: { summary: 'The only page', value: { items: [RECORD], next_cursor: null } } },
      },
    },
    problems: [],
  },
  streamEvents: {
    summary: 'Audit records as they happen',
    description: `Server-sent events: the \`data\` of each is one record as one line of JSON, its \`id\` the id of the record. A comment comes every 15 seconds. A reader that is too slow is cut off. ${WHERE}`,
    parameters: [LAST_EVENT_ID],
    answers: {
      200: {
        description: 'The stream; it ends with the service.',
        mediaType: 'text/event-stream',
        schema: { type: 'string' },
        examples: {
          record: {
            summary: 'One record',
            value: `id: ${RECORD.id}\ndata: ${JSON.stringify(RECORD)}\n\n`,
          },
          gap: {
            summary: 'After a cut that was too long; missed is null where nobody can tell how many',
            value: 'event: gap\nid: 5f0f6d57-8a55-4d0a-9a0b-0a3c0f6e1f0e.12\ndata: {"missed":12}\n\n',
          },
        },
      },
    },
    problems: ['OVERLOADED', 'SHUTTING_DOWN'],
  },
} as const satisfies Record<string, OperationDescription>;
