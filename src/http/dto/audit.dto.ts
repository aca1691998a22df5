import type { ShownRecord } from '../../ports/audit-feed.port.js';

export interface AuditPageDto {
  readonly items: readonly ShownRecord[];
  readonly next_cursor: string | null;
}
