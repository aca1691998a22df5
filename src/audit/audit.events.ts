import type { AuditRecord } from '../ports/audit-trail.port.js';

/** The typed event map of the trail: what is emitted, and what each listener gets. */
export interface AuditEvents {
  /** Asks those who keep records for good; the record stands once all of them have it. */
  readonly 'audit.record': AuditRecord;
  /** A record that stands: for those who show it. */
  readonly 'audit.stands': AuditRecord;
}

export const AUDIT_RECORD = 'audit.record' satisfies keyof AuditEvents;
export const AUDIT_STANDS = 'audit.stands' satisfies keyof AuditEvents;
