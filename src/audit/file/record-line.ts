import type { AuditConfig } from '../../config/app-config.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { toCloudEvent } from '../cloud-event.js';
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
