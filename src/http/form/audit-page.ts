import type { RequestForm } from './request-form.js';
import { parseWithin } from './page.js';

export const AUDIT_PAGE_PARAMETERS = ['limit', 'cursor'] as const;
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

export interface AuditPageRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** @throws SecretError INVALID_REQUEST */
export function readAuditPage({ query }: RequestForm): AuditPageRequest {
  const limit = query.get('limit');
  return {
    limit: limit === undefined ? LIMIT_DEFAULT : parseWithin('limit', limit, 1, LIMIT_MAX),
    cursor: query.get('cursor'),
  };
}
