import { AuthzenPdp } from '../../../../src/pdp/authzen/authzen.pdp.js';
import type { AuthzenPdpOptions, AuthzenSettings } from '../../../../src/pdp/authzen/authzen.pdp.js';
import type { PolicyQuestion } from '../../../../src/ports/policy-decision.port.js';
import type { Caller, TokenFacts } from '../../../../src/secrets/caller.js';
import { SecretUri } from '../../../../src/secrets/secret-uri.js';
import { ScriptedPdp } from '../../../support/scripted-pdp/scripted-pdp.js';

export const TIMEOUT_MS = 600;

export function settingsFor(url: string, changes: Partial<AuthzenSettings> = {}): AuthzenSettings {
  return {
    url,
    token: undefined,
    caCert: undefined,
    timeoutMs: TIMEOUT_MS,
    batchMax: 50,
    resourceAttributes: true,
    context: {},
    ...changes,
  };
}

export interface WatchedPdp {
  pdp: AuthzenPdp;
  /** Reasons of the failures so far. */
  failures: string[];
}

export function watchedPdp(
  url: string,
  changes: Partial<AuthzenSettings> = {},
  options: AuthzenPdpOptions = {},
): WatchedPdp {
  const failures: string[] = [];
  const pdp = new AuthzenPdp(settingsFor(url, changes), {
    onFailure: ({ reason }) => void failures.push(reason),
    ...options,
  });
  return { pdp, failures };
}

export function tokenFacts(changes: Partial<TokenFacts> = {}): TokenFacts {
  return {
    issuer: 'https://idp.example',
    audience: ['crud.secrets'],
    tokenId: undefined,
    scopes: new Set(),
    groups: [],
    roles: [],
    senderKey: undefined,
    ...changes,
  };
}

export function callerOf(changes: Partial<Caller> = {}): Caller {
  return { subject: 'alice', clientId: 'console', tenantId: 'dev', token: tokenFacts(), ...changes };
}

export function questionOn(uri: string, changes: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    caller: callerOf(),
    purpose: 'read',
    resource: SecretUri.parse(uri),
    facts: {},
    correlationId: 'correlation-1',
    ...changes,
  };
}

export const ONE = [questionOn('yaml://secret/a')];
export const THREE = [...ONE, questionOn('yaml://secret/b'), questionOn('yaml://secret/c')];

/** @param change of each question, by its place */
export function many(
  count: number,
  change: (index: number) => Partial<PolicyQuestion> = () => ({}),
): PolicyQuestion[] {
  return Array.from({ length: count }, (_, index) => questionOn(`yaml://secret/${index}`, change(index)));
}

/** A scripted decision point for each test, and engines that ask it and are closed behind it. */
export function useScriptedPdp(): {
  readonly scripted: ScriptedPdp;
  readonly open: (changes?: Partial<AuthzenSettings>, options?: AuthzenPdpOptions) => WatchedPdp;
} {
  let scripted: ScriptedPdp | undefined;
  const opened: WatchedPdp[] = [];
  const running = (): ScriptedPdp => {
    if (scripted === undefined) throw new Error('only inside a test');
    return scripted;
  };
  beforeEach(async () => {
    scripted = await ScriptedPdp.start();
  });
  afterEach(async () => {
    await running().stop();
    await Promise.all(opened.splice(0).map(({ pdp }) => pdp.close()));
  });
  return {
    get scripted() {
      return running();
    },
    open: (changes, options) => {
      const watched = watchedPdp(running().url, changes, options);
      opened.push(watched);
      return watched;
    },
  };
}
