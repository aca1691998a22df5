import { Injectable } from '@nestjs/common';
import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken } from './access-token.js';
import type { Credential } from './credential.js';
import { SenderConstraint } from './sender-constraint.js';

/** Knows no proof, so it lets no token pass that needs one. */
@Injectable()
export class BearerOnlyConstraint extends SenderConstraint {
  override readonly proofAlgorithms = [];

  override inspect(): void {
    // Nothing that a client could send is believed here.
  }

  override verify(_request: unknown, { scheme }: Credential, token: AccessToken): Promise<undefined> {
    if (token.confirmation !== undefined || scheme === 'DPoP') {
      return Promise.reject(
        new SecretError(
          'INVALID_TOKEN',
          'The access token is bound to a key, and no proof of it can be checked.',
        ),
      );
    }
    return Promise.resolve(undefined);
  }
}
