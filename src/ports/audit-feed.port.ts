import type { Readable } from 'node:stream';
import type { AuditRecord } from './audit-trail.port.js';

/** A record as the development endpoints show it. `uri` is there under AUDIT_SHOW_URI only. */
export type ShownRecord = AuditRecord & { readonly uri?: string };

export interface RecordPage {
  /** Newest first. */
  readonly records: readonly ShownRecord[];
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined;
}

/** The latest records of this process, for those who watch it: kept in memory, gone with a restart. */
export abstract class AuditFeed {
  /**
   * @param tenantId whose records
   * @param cursor of the page before
   * @throws SecretError INVALID_REQUEST where the cursor is not one of this process
   */
  abstract list(tenantId: string, limit: number, cursor: string | undefined): RecordPage;

  /**
   * Server-sent events, one for each record from the first read on, or from behind `lastEventId` on. It takes one of
   * the places for readers until it is destroyed, which is what whoever opens it has to see to.
   * @throws SecretError OVERLOADED where every place is taken, SHUTTING_DOWN
   */
  abstract follow(tenantId: string, lastEventId: string | undefined): Readable;

  /** Told before a record is made, where addresses may be shown. */
  abstract showAddress(recordId: string, uri: string): void;
}
