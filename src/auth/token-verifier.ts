import { Inject, Injectable } from '@nestjs/common';
import type { CompactJWSHeaderParameters } from 'jose';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig, AuthConfig } from '../config/app-config.js';
import { hasDuplicateKeys, isJsonObject, parseJson } from '../secrets/json.js';
import type { JsonObject } from '../secrets/json.js';
import { SecretError } from '../secrets/secret.errors.js';
import { parseClaims } from './access-claims.js';
import type { AccessToken } from './access-token.js';
import { refuseForeignAudience, refuseOutOfTime } from './token-rules.js';
import { TokenSignature } from './token-signature.js';

/** Verifies a JWT access token (RFC 9068 4) from the first byte, remembering nothing. */
@Injectable()
export class TokenVerifier {
  private readonly auth: AuthConfig;

  constructor(
    private readonly signature: TokenSignature,
    @Inject(APP_CONFIG) { auth }: Pick<AppConfig, 'auth'>,
  ) {
    this.auth = auth;
  }

  /**
   * @param token as it was sent
   * @throws SecretError INVALID_TOKEN, IDP_UNAVAILABLE where the issuer's keys could never be fetched
   */
  async verify(token: string): Promise<AccessToken> {
    const { issuer, tenantClaim, audience, audienceRequired } = this.auth;
    if (issuer === undefined) throw refusal('No issuer is configured, so no access token can be verified.');
    const { protectedHeader, payload } = await this.signature.verify(token);
    this.refuseHeader(protectedHeader);
    const claims = parseClaims(readClaims(payload), tenantClaim);
    if (claims.issuer !== issuer) throw refusal('The access token is of another issuer (iss).');
    refuseOutOfTime(claims);
    refuseForeignAudience(claims, audience, audienceRequired);
    return claims;
  }

  /** `crit` names extensions that have to be understood (RFC 7515 4.1.11), and this service knows none. */
  private refuseHeader({ typ, crit }: CompactJWSHeaderParameters): void {
    if (crit !== undefined) throw refusal('The header of the access token demands an extension (crit).');
    if (typeof typ !== 'string' || !this.auth.tokenTypes.includes(typ.toLowerCase())) {
      throw refusal('The JWT is not an access token by its type (typ).');
    }
  }
}

/** RFC 7519 4 and 7.2: a JSON object in UTF-8; of a claim that stands twice nobody knows which is meant. */
function readClaims(payload: Uint8Array): JsonObject {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    const claims = parseJson(text);
    if (isJsonObject(claims) && !hasDuplicateKeys(text, claims)) return claims;
  } catch {
    // Told below: the reasons of the readers quote what they read, or name another fault.
  }
  throw refusal('The claims of the access token are not one well-formed JSON object.');
}

function refusal(detail: string): SecretError {
  return new SecretError('INVALID_TOKEN', detail);
}
