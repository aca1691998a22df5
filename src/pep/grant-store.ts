import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Metrics } from '../observability/metrics.js';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import type { GrantBounds } from '../ports/policy-decision.port.js';
import { SharedState } from '../ports/shared-state.port.js';
import type { Caller } from '../secrets/caller.js';
import type { Purpose } from '../secrets/operations.js';
import { resourceRef } from '../secrets/resource-ref.js';
import type { Resource } from '../secrets/resource.js';
import { SecretUri } from '../secrets/secret-uri.js';

/** What a grant or a denial is bound to. */
export interface GrantSubject {
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly resource: Resource;
}

export interface StoredDenial {
  readonly effect: 'deny' | 'unknown-obligation';
  readonly decisionId: string;
}

/** The generation of what binds a grant, read before the facts that its decision looks at. */
export type GrantScopes = ReadonlyMap<string, number>;

/** No grant outlives a day, whatever a policy says. */
const MAX_TTL_SECONDS = 86_400;

/**
 * What is left of permits, and denials for a short while, in the shared state. A grant is bound to subject, client,
 * tenant, purpose, resource, sender key and the set of policies that gave it, and ends with a change of owner.
 */
@Injectable()
export class GrantStore {
  constructor(
    private readonly state: SharedState,
    private readonly decisionPoint: PolicyDecisionPoint,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Takes one use of a stored grant and gives the id of its decision. @throws SecretError STATE_UNAVAILABLE */
  async takeUse(subject: GrantSubject): Promise<string | undefined> {
    const decisionId = await this.state.takeGrantUse(this.keyOf('grant', subject));
    if (decisionId !== undefined) this.metrics.grants.inc({ event: 'used' });
    return decisionId;
  }

  readScopes({ resource }: GrantSubject): Promise<GrantScopes> {
    return this.state.readScopes([this.scopeOf(resource)]);
  }

  /** Keeps what is left of a permit after its first use. */
  async keep(
    subject: GrantSubject,
    decisionId: string,
    bounds: GrantBounds,
    scopes: GrantScopes,
  ): Promise<void> {
    const { ttlSecondsDefault, maxUsesDefault } = this.config.grants;
    const uses = (bounds.maxUses ?? maxUsesDefault) - 1;
    const ttlMs = Math.min(bounds.ttlSeconds ?? ttlSecondsDefault, MAX_TTL_SECONDS) * 1000;
    if (uses < 1 || ttlMs < 1) return;
    await this.state.putGrant(this.keyOf('grant', subject), { decisionId, uses, ttlMs }, scopes);
    this.metrics.grants.inc({ event: 'made' });
  }

  async findDenial(subject: GrantSubject): Promise<StoredDenial | undefined> {
    if (this.config.grants.negativeCacheSeconds === 0) return undefined;
    const text = await this.state.recall(this.keyOf('denial', subject));
    return text === undefined ? undefined : (JSON.parse(text) as StoredDenial);
  }

  async keepDenial(subject: GrantSubject, { effect, decisionId }: StoredDenial): Promise<void> {
    const { negativeCacheSeconds } = this.config.grants;
    if (negativeCacheSeconds === 0) return;
    const text = JSON.stringify({ effect, decisionId });
    await this.state.remember(this.keyOf('denial', subject), text, negativeCacheSeconds * 1000);
    this.metrics.denialsCached.inc();
  }

  /** Ends the grants on a secret and on its keys. */
  async endFor(resource: SecretUri): Promise<void> {
    await this.state.endScope(this.scopeOf(resource), MAX_TTL_SECONDS * 1000);
    this.metrics.grants.inc({ event: 'ended' });
  }

  /** The keys of a secret share its scope: a change of owner reaches them all. */
  private scopeOf(resource: Resource): string {
    const whole = resource instanceof SecretUri ? resource.secret() : resource;
    return resourceRef(this.config.tenant.salt, whole);
  }

  /** A digest: the shared state holds no address. */
  private keyOf(kind: 'grant' | 'denial', { caller, purpose, resource }: GrantSubject): string {
    const { subject, clientId, tenantId, token } = caller;
    const { generation } = this.decisionPoint;
    const bound = [
      generation,
      token?.issuer,
      subject,
      clientId,
      tenantId,
      token?.senderKey?.thumbprint,
      purpose,
    ];
    return `${kind}:${hash('sha256', JSON.stringify([...bound, resource.canonical]), 'base64url')}`;
  }
}
