import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { AuditFeed } from '../ports/audit-feed.port.js';
import { AuditTrail } from '../ports/audit-trail.port.js';
import type { AuditRecord } from '../ports/audit-trail.port.js';
import { AuditResource } from '../secrets/audit-resource.js';
import type { SenderKey } from '../secrets/caller.js';
import { OPERATIONS } from '../secrets/operations.js';
import type { Purpose } from '../secrets/operations.js';
import { resourceRef } from '../secrets/resource-ref.js';
import type { ErrorCode } from '../secrets/secret.errors.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SecretUri } from '../secrets/secret-uri.js';
import type { FurtherAccess, RequestContext } from '../context/request-context.js';

/** Refusals that judge the caller; every other failure before a permit is an error. */
const DENIALS: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'INVALID_TOKEN',
  'INSUFFICIENT_SCOPE',
  'CROSS_ORIGIN',
  'SECRET_AUTHZ_FAILED',
  'OBLIGATION_UNKNOWN',
  'TENANT_MOUNT_MISMATCH',
  'ROUTE_NOT_DECLARED',
]);

/** What one record is about: the request, or one part of a copy or a move. */
type RecordedPart = Partial<FurtherAccess>;

/** Turns the way that a request went into its audit record, before the answer leaves. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly trail: AuditTrail,
    private readonly feed: AuditFeed,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Before anything is decided or done. @throws SecretError AUDIT_UNAVAILABLE */
  checkWritable(): void {
    this.trail.checkWritable();
  }

  /** One record for each part of the request. @throws SecretError AUDIT_UNAVAILABLE */
  async recordSuccess(context: RequestContext, version: number | undefined): Promise<void> {
    const parts = partsIn(context);
    for (const [index, part] of parts.entries()) {
      // Of a copy or a move the version is the one at the destination.
      const isItsVersion = parts.length === 1 || purposeOf(part) === 'write';
      const record = this.describe(context, part, 'permit', null, isItsVersion ? version : undefined);
      if (index === 0) context.recorded = record;
      await this.record(part, record);
    }
  }

  /** One record for each part of the request. @throws SecretError AUDIT_UNAVAILABLE */
  async recordFailure(context: RequestContext, error: SecretError): Promise<void> {
    for (const [index, part] of partsIn(context).entries()) {
      const own = part.refusal ?? error;
      const effect = part.grant !== undefined ? 'permit' : DENIALS.has(own.code) ? 'deny' : 'error';
      const record = this.describe(context, part, effect, own);
      if (index === 0) context.recorded = record;
      await this.record(part, record);
    }
  }

  private async record({ resource }: RecordedPart, record: AuditRecord): Promise<void> {
    const hasAddress = resource !== undefined && !(resource instanceof AuditResource);
    if (this.config.audit.showsAddresses && hasAddress) this.feed.showAddress(record.id, resource.canonical);
    await this.trail.record(record);
  }

  private describe(
    { caller, correlationId, traceId }: RequestContext,
    part: RecordedPart,
    effect: AuditRecord['effect'],
    error: SecretError | null,
    version?: number,
  ): AuditRecord {
    const { operation, resource, grant } = part;
    const address = resource instanceof AuditResource ? undefined : resource;
    const pinned = resource instanceof SecretUri ? resource.version : undefined;
    return {
      id: randomUUID(),
      time: new Date().toISOString(),
      event: operation === undefined ? 'request.refused' : OPERATIONS[operation].event,
      subject: caller?.subject ?? null,
      client_id: caller?.clientId ?? null,
      tenant_id: caller?.tenantId ?? this.config.tenant.id,
      purpose: purposeOf(part),
      effect,
      resource_ref: address === undefined ? null : resourceRef(this.config.tenant.salt, address),
      decision_id: grant?.decisionId ?? error?.facts.decision_id ?? null,
      provider: address?.scheme ?? null,
      version: version ?? pinned ?? null,
      code: error?.code ?? null,
      correlation_id: correlationId,
      trace_id: traceId,
      cnf: confirmationOf(caller?.token?.senderKey),
    };
  }
}

function confirmationOf(key: SenderKey | undefined): AuditRecord['cnf'] {
  return key === undefined ? null : { [key.kind]: key.thumbprint };
}

function partsIn({ operation, resource, grant, further = [] }: RequestContext): readonly RecordedPart[] {
  const first: RecordedPart = {
    ...(operation !== undefined && { operation }),
    ...(resource !== undefined && { resource }),
    ...(grant !== undefined && { grant }),
  };
  return [first, ...further];
}

function purposeOf({ operation }: RecordedPart): Purpose | null {
  return operation === undefined ? null : OPERATIONS[operation].purpose;
}
