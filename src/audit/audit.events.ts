import type { AuditRecord } from '../ports/audit-trail.port.js';

/** The typed event map of the trail: what is emitted, and what each listener gets. */
export interface AuditEvents {
  readonly 'audit.record': AuditRecord;
}

export const AUDIT_RECORD = 'audit.record' satisfies keyof AuditEvents;
