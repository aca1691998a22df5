import { Inject, Injectable } from '@nestjs/common';
import { compactVerify, errors } from 'jose';
import type { CompactVerifyResult, VerifyOptions } from 'jose';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { SecretError } from '../secrets/secret.errors.js';
import { IssuerKeys } from './issuer-keys.js';

/** What front servers let through in one header line. */
const MAX_TOKEN_LENGTH = 8_192;
/** RFC 7515 7.1: three parts in base64url without padding. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

type SignedParts = Pick<CompactVerifyResult, 'payload' | 'protectedHeader'>;

/** Checks who signed a token, and nothing of what it says. jose does so off the event loop. */
@Injectable()
export class TokenSignature {
  private readonly options: VerifyOptions;

  constructor(
    private readonly keys: IssuerKeys,
    @Inject(APP_CONFIG) { auth }: Pick<AppConfig, 'auth'>,
  ) {
    this.options = { algorithms: [...auth.algorithms] };
  }

  /**
   * @param token JWS in compact form
   * @returns header and payload, both covered by the signature of a key that the issuer publishes
   * @throws SecretError INVALID_TOKEN, IDP_UNAVAILABLE
   */
  async verify(token: string): Promise<SignedParts> {
    refuseForm(token);
    try {
      return await this.verifyWithIssuerKeys(token);
    } catch (error) {
      throw error instanceof errors.JOSEError ? refusal(explain(error)) : error;
    }
  }

  /** A token without `kid` may meet several keys of its algorithm: each is tried. */
  private async verifyWithIssuerKeys(token: string): Promise<SignedParts> {
    try {
      return await compactVerify(token, this.keys.find, this.options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        try {
          return await compactVerify(token, key, this.options);
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

/** In words of our own: messages of the library may quote the token. */
function explain(error: errors.JOSEError): string {
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The algorithm of the access token is not allowed.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'The issuer publishes no key for the access token.';
  return 'The signature of the access token cannot be verified.';
}

function refusal(detail: string): SecretError {
  return new SecretError('INVALID_TOKEN', detail);
}
