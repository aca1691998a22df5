import type { AuditConfig } from '../../config/app-config.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { hashLine } from './chain-head.js';
import type { ChainHead } from './chain-head.js';

const NEWLINE = Buffer.from('\n');

/** A line of the trail and where the chain stands behind it. */
export interface RecordLine {
  /** With its newline. */
  readonly bytes: Buffer;
  readonly head: ChainHead;
}

/** The record as the line that follows `last`. */
export function printLine(record: AuditRecord, last: ChainHead, format: AuditConfig['format']): RecordLine {
  const seq = last.seq + 1;
  const linked = { seq, prev_hash: last.hash, ...record };
  const line = Buffer.from(JSON.stringify(format === 'native' ? linked : toCloudEvent(linked)));
  return { bytes: Buffer.concat([line, NEWLINE]), head: { seq, hash: hashLine(line) } };
}

/** CloudEvents 1.0.2, JSON format. Names of attributes have no underscore there, so the chain stays in `data`. */
function toCloudEvent(data: AuditRecord): object {
  const { id, time, event, tenant_id, resource_ref } = data;
  return {
    specversion: '1.0',
    id,
    source: `urn:secrets-api:${encodeURIComponent(tenant_id)}`,
    type: `secrets-api.${event}`,
    time,
    ...(resource_ref !== null && { subject: resource_ref }),
    datacontenttype: 'application/json',
    data,
  };
}
