import type { AuditRecord } from '../ports/audit-trail.port.js';
import { SCHEMES } from '../secrets/address-grammar.js';
import { AUDIT_EVENT_NAMES, PURPOSES } from '../secrets/operations.js';
import { ERROR_CATALOGUE } from '../secrets/secret.errors.js';

/** What of JSON Schema 2020-12 the records need; `findSchemaFault` knows no more. */
export interface RecordSchema {
  readonly type: readonly JsonType[];
  readonly description: string;
  readonly enum?: readonly (string | null)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, RecordSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
}

export type JsonType = 'string' | 'integer' | 'object' | 'null';

const UUID = '^[\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12}$';
const TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$';
const SHA_256 = '^sha256:[\\da-f]{64}$';
const THUMBPRINT = '^[\\w-]{43}$';
const MAX = Number.MAX_SAFE_INTEGER;

const text = (description: string, pattern?: string): RecordSchema => ({
  type: ['string'],
  description,
  ...(pattern !== undefined && { pattern }),
});
const orNull = (schema: RecordSchema): RecordSchema => ({ ...schema, type: [...schema.type, 'null'] });
const oneOf = (description: string, words: readonly string[]): RecordSchema => ({
  ...text(description),
  enum: words,
});
const oneOfOrNull = (description: string, words: readonly string[]): RecordSchema => ({
  ...orNull(text(description)),
  enum: [...words, null],
});

/** Every field of a record, in the order in which they are written. */
export const RECORD_FIELDS = {
  id: text('Of the record; a random UUID. The id of its event in the stream.', UUID),
  time: text('When the outcome was settled: ISO 8601, UTC, milliseconds.', TIME),
  event: oneOf('What was asked for.', AUDIT_EVENT_NAMES),
  subject: orNull(
    text('`sub` of the verified token; null without one, `anonymous` where authentication is off.'),
  ),
  client_id: orNull(text('`client_id`, else `azp` of the token.')),
  tenant_id: text('The tenant of the caller.'),
  purpose: oneOfOrNull('What the policy was asked about; null where the call met no operation.', PURPOSES),
  effect: oneOf(
    '`permit`: it was permitted, whatever came of it afterwards (`code`); `deny`: token, scope, tenant or policy refused it; `error`: it came to no decision.',
    ['permit', 'deny', 'error'],
  ),
  resource_ref: orNull(
    text(
      'base64url(HMAC-SHA256(tenant salt, address without version)); null without an address.',
      THUMBPRINT,
    ),
  ),
  decision_id: orNull(text('Of the decision of the policy; `unenforced-…` where authorization is off.')),
  provider: oneOfOrNull('Scheme of the address.', SCHEMES),
  version: {
    ...orNull({ type: ['integer'], description: 'Version that was asked for, read or made.' }),
    minimum: 1,
    maximum: MAX,
  },
  code: oneOfOrNull(
    'Code of the problem that was answered; null for a success.',
    Object.keys(ERROR_CATALOGUE),
  ),
  correlation_id: text('`X-Correlation-Id` of the request.', '^[\\w.-]{1,128}$'),
  trace_id: orNull(
    text(
      "Of the caller's `traceparent`; else of the service's own trace, where it exports traces.",
      '^[\\da-f]{32}$',
    ),
  ),
  cnf: {
    type: ['object', 'null'],
    description:
      'The key that the token is bound to, once its sender has proved it: `jkt` (DPoP) or `x5t#S256` (certificate).',
    properties: {
      jkt: text('SHA-256 thumbprint of the key of DPoP proofs, base64url.', THUMBPRINT),
      'x5t#S256': text('SHA-256 thumbprint of the client certificate, base64url.', THUMBPRINT),
    },
    required: [],
    additionalProperties: false,
  },
} as const satisfies Record<keyof AuditRecord, RecordSchema>;

const CHAIN_FIELDS = {
  seq: {
    type: ['integer'],
    description: 'Number of the line: 1, and one more with every line, over files and restarts too.',
    minimum: 1,
    maximum: MAX,
  },
  prev_hash: text(
    '`sha256:` and the hex SHA-256 of the bytes of the line before, without its newline; 64 zeros before the first.',
    SHA_256,
  ),
} as const satisfies Record<string, RecordSchema>;

const closed = (description: string, properties: Readonly<Record<string, RecordSchema>>): RecordSchema => ({
  type: ['object'],
  description,
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** A line of the file, and the data of a CloudEvent. */
export const LINE_SCHEMA = closed('One line of the audit trail.', { ...CHAIN_FIELDS, ...RECORD_FIELDS });

/** A line of the file under AUDIT_FORMAT=cloudevents. */
export const CLOUD_EVENT_SCHEMA: RecordSchema = {
  ...closed('One line of the audit trail as a CloudEvent 1.0.', {
    specversion: oneOf('Of CloudEvents.', ['1.0']),
    id: text('Of the record.', UUID),
    source: text('The tenant.', '^urn:secrets-api:'),
    type: oneOf(
      'The event.',
      AUDIT_EVENT_NAMES.map((name) => `secrets-api.${name}`),
    ),
    time: text('Of the record.', TIME),
    subject: text('`resource_ref` of the record; left out where that is null.', THUMBPRINT),
    datacontenttype: oneOf('Of the data.', ['application/json']),
    data: LINE_SCHEMA,
  }),
  required: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'data'],
};
