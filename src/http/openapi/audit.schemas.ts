import type { SchemaObject } from '@nestjs/swagger';
import type { ShownRecord } from '../../ports/audit-feed.port.js';
import { AUDIT_EVENT_NAMES } from '../../secrets/operations.js';
import type { AuditPageDto } from '../dto/audit.dto.js';
import { VERSION, listOf } from './field-schemas.js';
import { objectSchema } from './object-schema.js';

/** What the trail tells, by the names in the document. */
export const AUDIT_SCHEMAS = {
  AuditRecord: objectSchema<ShownRecord>(
    'What happened in one operation. It has no field for a value or a token.',
    {
      id: {
        type: 'string',
        format: 'uuid',
        description: 'Of the record; the id of its event in the stream.',
      },
      time: { type: 'string', format: 'date-time', description: 'When the outcome was settled, UTC.' },
      event: { type: 'string', enum: [...AUDIT_EVENT_NAMES], description: 'What was asked for.' },
      subject: {
        type: 'string',
        nullable: true,
        description: 'Who asked; null without a verified token, `anonymous` where none is needed.',
      },
      client_id: { type: 'string', nullable: true, description: 'The client that the token was issued to.' },
      tenant_id: { type: 'string', description: 'The tenant of the caller.' },
      purpose: {
        type: 'string',
        nullable: true,
        description: 'What the policy was asked about.',
      },
      effect: {
        type: 'string',
        enum: ['permit', 'deny', 'error'],
        description:
          '`permit`: it was permitted, whatever came of it (`code`); `deny`: refused; `error`: not decided.',
      },
      resource_ref: {
        type: 'string',
        nullable: true,
        description: 'Keyed hash of the address (HMAC-SHA256, base64url).',
      },
      decision_id: { type: 'string', nullable: true, description: 'Id of the decision of the policy.' },
      provider: { type: 'string', nullable: true, description: 'The scheme.' },
      version: { ...VERSION, nullable: true, description: 'Version that was asked for, read or made.' },
      code: {
        type: 'string',
        nullable: true,
        description: 'Code of the problem that was answered; null for a success.',
      },
      correlation_id: { type: 'string', description: 'Id of the request, as in `X-Correlation-Id`.' },
      trace_id: { type: 'string', nullable: true, description: "Of the caller's `traceparent`." },
      cnf: {
        type: 'object',
        nullable: true,
        additionalProperties: { type: 'string' },
        description: 'The key that the token is bound to: `jkt` or `x5t#S256`.',
      },
      uri: { type: 'string', description: 'The address; there under `AUDIT_SHOW_URI` in dev and test only.' },
    },
    { uri: true },
  ),
  AuditPage: objectSchema<AuditPageDto>(
    'One page of the records that this process keeps in memory.',
    {
      items: { ...listOf('AuditRecord'), description: 'Records of the tenant of the caller, newest first.' },
      next_cursor: {
        type: 'string',
        nullable: true,
        description: 'Cursor of the next page; null on the last one.',
        example: null,
      },
    },
    {},
  ),
} as const satisfies Record<string, SchemaObject>;
