import type { PageRequest } from '../../application/listing.service.js';
import { SecretError } from '../../secrets/secret.errors.js';

export const PAGE_PARAMETERS = ['limit', 'offset', 'cursor'] as const;
const MAX_LIMIT = 1000;
const MAX_OFFSET = 1_000_000;

/** @throws SecretError INVALID_REQUEST */
export function parsePage(query: ReadonlyMap<string, string>): PageRequest {
  const [limit, offset, cursor] = PAGE_PARAMETERS.map((name) => query.get(name));
  if (offset !== undefined && cursor !== undefined) {
    throw new SecretError('INVALID_REQUEST', 'A page begins at an offset or at a cursor, not at both.');
  }
  return {
    limit: limit === undefined ? undefined : parseWithin('limit', limit, 1, MAX_LIMIT),
    offset: offset === undefined ? 0 : parseWithin('offset', offset, 0, MAX_OFFSET),
    cursor,
  };
}

export function parseWithin(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new SecretError('INVALID_REQUEST', `"${name}" is a whole number from ${min} to ${max}.`);
}
