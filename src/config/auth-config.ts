import type { AuthConfig } from './app-config.js';
import { isSafeTransport } from './safe-transport.js';
import type { ConfigValues, Problems } from './variable-reader.js';

/** How tokens are verified; every combination that could verify none, or believe anybody, is a problem. */
export function readAuth(values: ConfigValues, problems: Problems): AuthConfig {
  const { OIDC_ISSUER: issuer, OIDC_JWKS_URI: jwksUri } = values;
  const required = values.SECRETS_API_REQUIRE_AUTH || values.SECRETS_ENFORCE_SCOPES;
  if (issuer === undefined && (required || jwksUri !== undefined)) {
    const reason = required ? switchOf(values) : 'OIDC_JWKS_URI is set';
    report(
      problems,
      'OIDC_ISSUER',
      `OIDC_ISSUER is not set, though ${reason}; allowed: the URL of the identity provider`,
    );
  }
  refusePlainHttp('OIDC_ISSUER', issuer, values, problems);
  refusePlainHttp('OIDC_JWKS_URI', jwksUri, values, problems);
  return {
    required,
    enforceScopes: values.SECRETS_ENFORCE_SCOPES,
    issuer,
    jwksUri,
    audience: values.SECRETS_AUDIENCE,
    audienceRequired: values.SECRETS_AUDIENCE_REQUIRED,
    algorithms: values.JWT_ALGORITHMS,
    tokenTypes: values.JWT_TYP,
    jwksCooldownMs: values.JWKS_COOLDOWN_MS,
    jwksRefreshMs: values.JWKS_REFRESH_MS,
    tokensAreSingleUse: values.ANTI_REPLAY_ACCESS_TOKENS,
    sessionCookie: values.SECRETS_SESSION_COOKIE,
    tenantClaim: values.TENANT_CLAIM,
  };
}

function switchOf({ SECRETS_API_REQUIRE_AUTH: isOn }: ConfigValues): string {
  return `${isOn ? 'SECRETS_API_REQUIRE_AUTH' : 'SECRETS_ENFORCE_SCOPES'} is true`;
}

function refusePlainHttp(
  name: 'OIDC_ISSUER' | 'OIDC_JWKS_URI',
  url: string | undefined,
  { ENVIRONMENT: environment }: ConfigValues,
  problems: Problems,
): void {
  if (url === undefined || isSafeTransport(new URL(url), environment)) return;
  report(
    problems,
    name,
    `${name} is a plain http URL, though ENVIRONMENT is ${environment}; allowed: https, or http on loopback`,
  );
}

/** A variable that was refused before counts as not set here; its first fault is the one to tell. */
function report(problems: Problems, name: string, problem: string): void {
  if (!problems.has(name)) problems.set(name, problem);
}
