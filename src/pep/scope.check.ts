import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import type { Caller } from '../secrets/caller.js';
import { SCOPE_OF_PURPOSE } from '../secrets/operations.js';
import type { Purpose } from '../secrets/operations.js';
import { SecretError } from '../secrets/secret.errors.js';

/** Whether a token carries the scopes of what is asked for; nothing is demanded where scopes are not enforced. */
@Injectable()
export class ScopeCheck {
  constructor(@Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'auth'>) {}

  /**
   * @param purposes all that the request is for; each has its scope
   * @throws SecretError INSUFFICIENT_SCOPE that names what is missing, with the challenge of RFC 6750 3.1
   */
  demand(caller: Caller | undefined, purposes: readonly Purpose[]): void {
    if (!this.config.auth.enforceScopes) return;
    const needed = [...new Set(purposes.map((purpose) => SCOPE_OF_PURPOSE[purpose]))];
    const missing = needed.filter((scope) => caller?.token?.scopes.has(scope) !== true);
    if (missing.length === 0) return;
    const scheme = caller?.token?.senderKey?.kind === 'jkt' ? 'DPoP' : 'Bearer';
    const detail = `The access token lacks the scope ${missing.join(' and ')}.`;
    const scope = needed.join(' ');
    const parameters = { error: 'insufficient_scope', error_description: detail, scope };
    throw new SecretError('INSUFFICIENT_SCOPE', detail, { challenges: [{ scheme, parameters }] });
  }
}
