import type { AuditEventName, Purpose } from '../secrets/operations.js';
import type { SenderKey } from '../secrets/caller.js';
import type { Scheme } from '../secrets/secret-uri.js';

/** What happened in one operation. There is no field that could hold a value, a token or an address. */
export interface AuditRecord {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly event: AuditEventName;
  readonly subject: string | null;
  readonly client_id: string | null;
  readonly tenant_id: string;
  readonly purpose: Purpose | null;
  readonly effect: 'permit' | 'deny' | 'error';
  /** Keyed hash of the address; null without a parsed address. */
  readonly resource_ref: string | null;
  readonly decision_id: string | null;
  readonly provider: Scheme | null;
  readonly version: number | null;
  /** The error code of the answer; null for success. */
  readonly code: string | null;
  readonly correlation_id: string;
  /** Of the caller's `traceparent` (W3C Trace Context), else of the service's own trace where it exports traces. */
  readonly trace_id: string | null;
  /** The key that the token is bound to, as its `cnf` says; null for a token that is bound to none. */
  readonly cnf: { readonly [Kind in SenderKey['kind']]?: string } | null;
}

export abstract class AuditTrail {
  /**
   * Asked before anything is done, where a record is required: nothing is changed in a store while it is known that
   * the record of it could not be written. Cheap.
   * @throws SecretError AUDIT_UNAVAILABLE
   */
  abstract checkWritable(): void;

  /** Whether records are kept as they should be, as far as is known without writing one. */
  abstract isUsable(): boolean;

  /** Resolves once the record stands, within two seconds. @throws SecretError AUDIT_UNAVAILABLE where it is required */
  abstract record(record: AuditRecord): Promise<void>;
}
