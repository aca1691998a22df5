import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrailKeeper } from '../../../src/audit/file/trail-keeper.js';
import type { AuditConfig } from '../../../src/config/app-config.js';
import type { Log } from '../../../src/observability/log.js';
import type { AuditRecord } from '../../../src/ports/audit-trail.port.js';

export function auditRecord(fields: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: randomUUID(),
    time: new Date().toISOString(),
    event: 'secret.read',
    subject: 'alice',
    client_id: null,
    tenant_id: 'dev',
    purpose: 'read',
    effect: 'permit',
    resource_ref: 'A'.repeat(43),
    decision_id: 'unenforced-1',
    provider: 'yaml',
    version: null,
    code: null,
    correlation_id: 'call-1',
    trace_id: null,
    cnf: null,
    ...fields,
  };
}

export function auditFolder(): string {
  return mkdtempSync(join(tmpdir(), 'audit-'));
}

/** Keeps what is logged, as text. */
export class LoggedLines {
  readonly lines: string[] = [];
  readonly log = {
    info: (_fields: object, message: string) => this.lines.push(message),
    warn: (message: string) => this.lines.push(message),
    error: (message: string) => this.lines.push(message),
    fault: (_error: unknown, _fields: object, message: string) => this.lines.push(message),
  } as unknown as Log;
}

export function trailKeeper(
  path: string,
  { log = new LoggedLines().log, ...settings }: Partial<AuditConfig> & { log?: Log } = {},
): TrailKeeper {
  return new TrailKeeper(path, { fileMaxBytes: 0, format: 'native', ...settings }, log);
}
