import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Sealed } from './sealed.js';
import type { Resource } from './resource.js';

/**
 * base64url(HMAC-SHA256(tenant salt, canonical URI without version)): what records, logs, metrics and traces carry in
 * place of an address. Who knows the salt can tell whether a record is about an address; nobody else can.
 */
export function resourceRef(salt: Sealed<KeyObject>, resource: Resource): string {
  return createHmac('sha256', salt.open()).update(resource.canonical, 'utf8').digest('base64url');
}
