import type { AuditConfig } from '../../config/app-config.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { toCloudEvent } from '../cloud-event.js';

/** Every record. */
export const AUDIT_TOPIC = 'crud.secrets.audit';
/** Changes that happened, for those who react to them. */
export const CHANGES_TOPIC = 'crud.secrets';
export const TOPICS = [AUDIT_TOPIC, CHANGES_TOPIC] as const;

/** A record on its way to one topic. */
export interface KafkaMessage {
  readonly topic: (typeof TOPICS)[number];
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
  /** For the broker, of key, value and headers. */
  readonly bytes: number;
}

/** What a broker puts around a record, at most. */
const ENVELOPE_BYTES = 100;
const NOTHING_CHANGED = new Set<AuditRecord['purpose']>([null, 'read', 'read_metadata']);
/** The Kafka binding of CloudEvents 1.0.2, section 3.3: in structured mode the header tells the format. */
const HEADERS = {
  native: contentType('application/json'),
  cloudevents: contentType('application/cloudevents+json; charset=UTF-8'),
} as const satisfies Record<AuditConfig['format'], ReadonlyMap<Buffer, Buffer>>;

/**
 * The messages of a record. Its key is the secret's `resource_ref`, so that all of one secret stays in order; what
 * names no secret is kept in order by tenant.
 */
export function messagesOf(record: AuditRecord, format: AuditConfig['format']): readonly KafkaMessage[] {
  const key = Buffer.from(record.resource_ref ?? record.tenant_id);
  const value = Buffer.from(JSON.stringify(format === 'native' ? record : toCloudEvent(record)));
  const bytes = key.length + value.length + ENVELOPE_BYTES;
  return TOPICS.filter((topic) => topic === AUDIT_TOPIC || isChange(record)).map((topic) => ({
    topic,
    key,
    value,
    headers: HEADERS[format],
    bytes,
  }));
}

/** Of a copy or a move the parts that only read change nothing. */
function isChange({ effect, code, purpose }: AuditRecord): boolean {
  return effect === 'permit' && code === null && !NOTHING_CHANGED.has(purpose);
}

function contentType(text: string): ReadonlyMap<Buffer, Buffer> {
  return new Map([[Buffer.from('content-type'), Buffer.from(text)]]);
}
