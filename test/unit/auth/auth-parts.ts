import { IssuerKeys } from '../../../src/auth/issuer-keys.js';
import { KeySource } from '../../../src/auth/key-source.js';
import { TokenSignature } from '../../../src/auth/token-signature.js';
import { TokenVerifier } from '../../../src/auth/token-verifier.js';
import { VerifiedTokens } from '../../../src/auth/verified-tokens.js';
import { Log } from '../../../src/observability/log.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { ERROR_CATALOGUE, SecretError } from '../../../src/secrets/secret.errors.js';
import { testConfig } from '../../support/config.js';

/** What verifies tokens, as the service wires it, without a service around it. */
export interface AuthParts {
  readonly keys: IssuerKeys;
  readonly signature: TokenSignature;
  readonly verifier: TokenVerifier;
  readonly tokens: VerifiedTokens;
  readonly metrics: Metrics;
}

export function authParts(env: Readonly<Record<string, string>>): AuthParts {
  const config = testConfig({ LOG_LEVEL: 'silent', ...env });
  const metrics = new Metrics();
  const keys = new IssuerKeys(new KeySource(config), new Log(config), metrics, config);
  const signature = new TokenSignature(keys, config);
  const verifier = new TokenVerifier(signature, config);
  return { keys, signature, verifier, tokens: new VerifiedTokens(verifier, keys, metrics, config), metrics };
}

/** The code of the refusal; `accepted` where there was none. Fails on what is no refusal but a fault. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof SecretError && ERROR_CATALOGUE[error.code].status !== 500) return error.code;
    throw error;
  }
}
