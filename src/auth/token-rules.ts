import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken } from './access-token.js';

/**
 * How far the clocks of issuer and service may differ, for `nbf` and `iat`: a token is often used in the second it
 * was issued. `exp` has no tolerance: what has expired has expired.
 */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** @throws SecretError INVALID_TOKEN from `exp` on, and before `nbf` and `iat` (RFC 7519 4.1.4 to 4.1.6) */
export function refuseOutOfTime({ expiresAtSeconds, notBeforeSeconds, issuedAtSeconds }: AccessToken): void {
  const nowSeconds = Date.now() / 1_000;
  if (nowSeconds >= expiresAtSeconds) throw refusal('The access token has expired.');
  const latestSeconds = nowSeconds + CLOCK_TOLERANCE_SECONDS;
  if ((notBeforeSeconds ?? 0) > latestSeconds) throw refusal('The access token is not valid yet (nbf).');
  if ((issuedAtSeconds ?? 0) > latestSeconds) {
    throw refusal('The access token was issued in the future (iat).');
  }
}

/** @throws SecretError INVALID_TOKEN where `aud` does not name this service, or is missing and required */
export function refuseForeignAudience({ audience }: AccessToken, own: string, isRequired: boolean): void {
  if (audience === undefined ? !isRequired : audience.includes(own)) return;
  throw refusal('The access token is not meant for this service (aud).');
}

function refusal(detail: string): SecretError {
  return new SecretError('INVALID_TOKEN', detail);
}
