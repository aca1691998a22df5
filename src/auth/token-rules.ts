import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken } from './access-token.js';

/**
 * How far the clocks of issuer and service may differ, for `nbf` and `iat`: a token is often used in the second it
 * was issued. `exp` has no tolerance: what has expired has expired.
 */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** @throws SecretError INVALID_TOKEN before `nbf` and from `exp` on (RFC 7519 4.1.4, 4.1.5) */
export function refuseOutOfTime({ expiresAtSeconds, notBeforeSeconds }: AccessToken): void {
  const nowSeconds = Date.now() / 1_000;
  if (nowSeconds >= expiresAtSeconds) throw new SecretError('INVALID_TOKEN', 'The access token has expired.');
  if (notBeforeSeconds !== undefined && notBeforeSeconds > nowSeconds + CLOCK_TOLERANCE_SECONDS) {
    throw new SecretError('INVALID_TOKEN', 'The access token is not valid yet.');
  }
}

/** @throws SecretError INVALID_TOKEN where `aud` does not name this service, or is missing and required */
export function refuseForeignAudience({ audience }: AccessToken, own: string, isRequired: boolean): void {
  if (audience === undefined ? !isRequired : audience.includes(own)) return;
  throw new SecretError('INVALID_TOKEN', 'The access token is not meant for this service (aud).');
}
