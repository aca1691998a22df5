/** The audit trail, as a thing that a policy can be asked about. It has no address and lies in no store. */
export class AuditResource {
  /** What policies know it by: `Audit::"events"` in Cedar, `{"type":"audit","id":"events"}` in AuthZEN. */
  readonly canonical = 'events';
}

export const AUDIT_EVENTS = Object.freeze(new AuditResource());
