import type { JsonObject } from '../../secrets/json.js';
import { AuthzenFailure } from './authzen-failure.js';
import type { AuthzenCall } from './authzen.client.js';

/** Where a decision point is asked. */
export interface PdpEndpoints {
  readonly evaluation: string;
  /** Undefined where it takes one question at a time. */
  readonly evaluations: string | undefined;
}

export interface DiscoveryTimes {
  /** Of one fetch. */
  readonly timeoutMs: number;
  /** For how long a document counts. */
  readonly lifeMs: number;
}

const WELL_KNOWN = '/.well-known/authzen-configuration';

/**
 * The endpoints of a decision point, by its metadata (AuthZEN 1.0 "Policy Decision Point Metadata"); by their well-known paths
 * where it publishes none (404), since metadata are optional. A failure is not kept: the next question tries again.
 */
export class AuthzenDiscovery {
  private known: PdpEndpoints | undefined;
  private expiresAtMs = 0;
  private fetching: Promise<PdpEndpoints> | undefined;

  /** @param url the identifier of the decision point, without a trailing slash */
  constructor(
    private readonly fetchObject: (call: AuthzenCall) => Promise<JsonObject>,
    private readonly url: string,
    private readonly times: DiscoveryTimes,
  ) {}

  /** @throws AuthzenFailure where the decision point does not say where it is asked */
  async getEndpoints(): Promise<PdpEndpoints> {
    if (this.known !== undefined && performance.now() < this.expiresAtMs) return this.known;
    try {
      return await this.refresh();
    } catch (error) {
      // A decision point may decide while its metadata are away. Where they were wrong, nothing is known any more.
      if (this.known !== undefined) return this.known;
      throw error;
    }
  }

  /** Asks now; all who ask meanwhile share the answer. @throws AuthzenFailure */
  refresh(): Promise<PdpEndpoints> {
    this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  /** The decision point knows no such endpoint (any more): the document is asked for again with the next question. */
  forget(): void {
    this.known = undefined;
  }

  /** The decision point has no batch after all. Holds as long as the document. */
  forgetBatch(): void {
    if (this.known !== undefined) this.known = { ...this.known, evaluations: undefined };
  }

  private async fetch(): Promise<PdpEndpoints> {
    try {
      this.known = await this.discover();
      this.expiresAtMs = performance.now() + this.times.lifeMs;
      return this.known;
    } catch (error) {
      if (!(error instanceof AuthzenFailure && error.isTransient)) this.forget();
      throw error;
    }
  }

  private async discover(): Promise<PdpEndpoints> {
    const signal = AbortSignal.timeout(this.times.timeoutMs);
    try {
      return this.readDocument(await this.fetchObject({ url: wellKnownUrl(this.url), signal }));
    } catch (error) {
      if (error instanceof AuthzenFailure && error.status === 404) return defaultEndpoints(this.url);
      throw error;
    }
  }

  private readDocument(document: JsonObject): PdpEndpoints {
    // AuthZEN 1.0 "Metadata Validation": not identical, then nothing of it may be used.
    if (document['policy_decision_point'] !== this.url) throw new AuthzenFailure('identifier');
    const { access_evaluation_endpoint: evaluation, access_evaluations_endpoint: evaluations } = document;
    return {
      evaluation: this.checkEndpoint(evaluation),
      evaluations: evaluations === undefined ? undefined : this.checkEndpoint(evaluations),
    };
  }

  /** https, or the origin that was configured: the token leaves encryption only where the operator said so. */
  private checkEndpoint(value: unknown): string {
    const url = typeof value === 'string' ? URL.parse(value) : null;
    if (url === null || url.username !== '' || url.password !== '') throw new AuthzenFailure('endpoint');
    const isAllowed = url.protocol === 'https:' || url.origin === new URL(this.url).origin;
    if (!isAllowed) throw new AuthzenFailure('endpoint');
    return `${url.origin}${url.pathname}${url.search}`;
  }
}

/** The well-known part comes between host and path (AuthZEN 1.0 "Obtaining Policy Decision Point Metadata"). */
function wellKnownUrl(identifier: string): string {
  const { origin, pathname, search } = new URL(identifier);
  return `${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`;
}

function defaultEndpoints(identifier: string): PdpEndpoints {
  const { origin, pathname } = new URL(identifier);
  const base = `${origin}${pathname.replace(/\/$/, '')}/access/v1`;
  return { evaluation: `${base}/evaluation`, evaluations: `${base}/evaluations` };
}
