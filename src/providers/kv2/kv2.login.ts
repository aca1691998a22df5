import type { StoreConfig } from '../../config/app-config.js';
import { SecretError } from '../../secrets/secret.errors.js';
import type { Kv2TokenApi } from './kv2.token-api.js';
import type { TokenLease } from './token-lease.js';
import { TokenRenewal } from './token-renewal.js';
import { TokenVerdicts } from './token-verdicts.js';

type Credentials = Pick<StoreConfig, 'token' | 'roleId' | 'secretId'>;

/** A refused login is not asked again for so long: a storm of calls must not become a storm of logins. */
const REFUSED_LOGIN_PAUSE_MS = 1000;

/**
 * The credential of the service at one store: a token, or AppRole, or nothing where an agent in front of the store
 * adds it. Asks the store only once a call needs it; one login at a time, for which all calls wait.
 */
export class Kv2Login {
  private lease: TokenLease | undefined;
  private pending: Promise<TokenLease> | undefined;
  private refused: { readonly error: SecretError; readonly untilMs: number } | undefined;
  private isTokenWatched = false;
  private isClosed = false;
  private readonly renewal: TokenRenewal;
  private readonly verdicts: TokenVerdicts;

  constructor(
    private readonly api: Kv2TokenApi,
    private readonly credentials: Credentials,
  ) {
    this.verdicts = new TokenVerdicts(api);
    this.renewal = new TokenRenewal(api, {
      renewed: (lease) => (this.lease = lease),
      ending: async () => {
        if (this.usesAppRole) await this.logIn();
      },
    });
  }

  /** The token to call with; undefined where the service has none. @throws Kv2Failure, or PROVIDER_DENIED */
  async getToken(): Promise<string | undefined> {
    if (!this.usesAppRole) {
      const token = this.credentials.token?.open();
      if (token !== undefined) this.watch(token);
      return token;
    }
    const isUsable = this.lease !== undefined && performance.now() < this.lease.expiresAtMs;
    return (isUsable ? this.lease : await this.logIn())?.token;
  }

  /**
   * After a 403: another token if the one that was used is dead, undefined if it is alive (so a policy forbids the
   * call) or no other can be had. The store answers 403 for both; `lookup-self` tells them apart.
   * @param sentAtMs `performance.now()` when the refused call was sent
   */
  async findReplacement(token: string | undefined, sentAtMs: number): Promise<string | undefined> {
    if (!this.usesAppRole || token === undefined) return undefined;
    if (this.lease !== undefined && this.lease.token !== token) return this.lease.token;
    if (await this.verdicts.isAlive(token, sentAtMs)) return undefined;
    if (this.lease?.token === token) this.lease = undefined;
    return this.getToken();
  }

  /** The replacement was refused too. @throws Kv2Failure where the store does not say what of it is refused */
  async noteRefusal(replacement: string, sentAtMs: number): Promise<void> {
    await this.verdicts.noteRefusedReplacement(replacement, sentAtMs);
  }

  close(): void {
    this.isClosed = true;
    this.renewal.stop();
  }

  private get usesAppRole(): boolean {
    return this.credentials.token === undefined && this.credentials.roleId !== undefined;
  }

  private logIn(): Promise<TokenLease> {
    this.pending ??= this.requestLogin().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async requestLogin(): Promise<TokenLease> {
    if (this.refused !== undefined && performance.now() < this.refused.untilMs) throw this.refused.error;
    const { roleId = '', secretId } = this.credentials;
    try {
      this.lease = await this.api.logIn(roleId, secretId?.open());
    } catch (error) {
      if (error instanceof SecretError && error.code === 'PROVIDER_DENIED')
        this.refused = { error, untilMs: performance.now() + REFUSED_LOGIN_PAUSE_MS };
      throw error;
    }
    this.keepAlive(this.lease);
    return this.lease;
  }

  /** A given token is renewed as well as can be; how long it lives is asked beside its first call. */
  private watch(token: string): void {
    if (this.isTokenWatched) return;
    this.isTokenWatched = true;
    this.api.lookUp(token).then(
      (lease) => lease?.isRenewable === true && this.keepAlive(lease),
      () => (this.isTokenWatched = false),
    );
  }

  private keepAlive(lease: TokenLease): void {
    if (!this.isClosed) this.renewal.start(lease);
  }
}
