import { Inject, Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig, AuthConfig } from '../config/app-config.js';
import { SecretError } from '../secrets/secret.errors.js';
import { parseClaims } from './access-claims.js';
import type { AccessToken } from './access-token.js';
import { IssuerKeys } from './issuer-keys.js';
import { CLOCK_TOLERANCE_SECONDS, refuseForeignAudience, refuseOutOfTime } from './token-rules.js';

/** What front servers let through in one header line. */
const MAX_TOKEN_LENGTH = 8_192;
/** RFC 7515 7.1: three parts in base64url without padding. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Verifies a JWT access token from the first byte; the signature off the event loop. */
@Injectable()
export class TokenVerifier {
  private readonly auth: AuthConfig;
  private readonly options: JWTVerifyOptions;

  constructor(
    private readonly keys: IssuerKeys,
    @Inject(APP_CONFIG) { auth }: Pick<AppConfig, 'auth'>,
  ) {
    this.auth = auth;
    this.options = {
      algorithms: [...auth.algorithms],
      requiredClaims: ['iss', 'sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    };
  }

  /**
   * @param token as it was sent
   * @throws SecretError INVALID_TOKEN, IDP_UNAVAILABLE where the issuer's keys could never be fetched
   */
  async verify(token: string): Promise<AccessToken> {
    const { issuer, tenantClaim, audience, audienceRequired } = this.auth;
    if (issuer === undefined) throw refusal('No issuer is configured, so no access token can be verified.');
    refuseForm(token);
    this.refuseHeader(token);
    const payload = await this.readPayload(token, issuer);
    refuseFutureIssue(payload);
    const claims = parseClaims(payload, tenantClaim);
    refuseOutOfTime(claims);
    refuseForeignAudience(claims, audience, audienceRequired);
    return claims;
  }

  /** RFC 9068 4 for `typ`; `crit` names extensions (RFC 7515 4.1.11), and this service knows none. */
  private refuseHeader(token: string): void {
    const { typ, crit } = readHeader(token);
    if (crit !== undefined) throw refusal('The header of the access token demands an extension (crit).');
    if (typeof typ !== 'string' || !this.auth.tokenTypes.includes(typ.toLowerCase())) {
      throw refusal('The JWT is not an access token by its type (typ).');
    }
  }

  private async readPayload(token: string, issuer: string): Promise<JWTPayload> {
    try {
      const { payload } = await this.verifySignature(token, { ...this.options, issuer });
      return payload;
    } catch (error) {
      throw error instanceof errors.JOSEError ? refusal(explain(error)) : error;
    }
  }

  /** A token without `kid` may meet several keys of its algorithm: each is tried. */
  private async verifySignature(
    token: string,
    options: JWTVerifyOptions,
  ): Promise<{ readonly payload: JWTPayload }> {
    try {
      return await jwtVerify(token, this.keys.find, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        try {
          return await jwtVerify(token, key, options);
        } catch (failure) {
          if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }
}

/**
 * Only the one way to write its bytes counts: base64url leaves bits over at the end of a part, and with other ones a
 * token would have several texts.
 */
function refuseForm(token: string): void {
  const isCompact = token.length <= MAX_TOKEN_LENGTH && COMPACT_JWS.test(token);
  const isCanonical = (part: string): boolean =>
    Buffer.from(part, 'base64url').toString('base64url') === part;
  if (isCompact && token.split('.').every(isCanonical)) return;
  throw refusal(`The access token is not a signed JWT of at most ${MAX_TOKEN_LENGTH} characters.`);
}

function readHeader(token: string): { readonly typ?: unknown; readonly crit?: unknown } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw refusal('The header of the access token cannot be read.');
  }
}

function refuseFutureIssue({ iat }: JWTPayload): void {
  if (iat === undefined) return;
  if (typeof iat !== 'number' || iat > Date.now() / 1_000 + CLOCK_TOLERANCE_SECONDS) {
    throw refusal('The access token was issued in the future (iat).');
  }
}

/** In words of our own: messages of the library may quote the token. */
function explain(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The access token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The claim ${error.claim} of the access token is missing or not accepted.`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The algorithm of the access token is not allowed.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'The issuer publishes no key for the access token.';
  return 'The signature of the access token cannot be verified.';
}

function refusal(detail: string): SecretError {
  return new SecretError('INVALID_TOKEN', detail);
}
