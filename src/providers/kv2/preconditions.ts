import type { Preconditions } from '../../ports/secret-provider.port.js';
import { SecretError } from '../../secrets/secret.errors.js';

export function hasPreconditions({ ifMatch, ifNoneMatch }: Preconditions): boolean {
  return ifMatch !== undefined || ifNoneMatch === true;
}

/** @param version the secret's latest, deleted or not; 0 for none @throws SecretError PRECONDITION_FAILED */
export function requirePreconditions(version: number, { ifMatch, ifNoneMatch }: Preconditions): void {
  const holds = (ifMatch === undefined || ifMatch === version) && (ifNoneMatch !== true || version === 0);
  if (!holds) throw new SecretError('PRECONDITION_FAILED');
}
