import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

const ISSUER = 'https://idp.example/realms/a';
const SAFE = { TENANT_SALT: 'a salt' };

describe('authentication', () => {
  it('is on with its switch, and with that of the scopes', () => {
    const on = loadConfig({ SECRETS_API_REQUIRE_AUTH: 'true', OIDC_ISSUER: ISSUER }).auth;
    expect(on).toMatchObject({ required: true, enforceScopes: false, issuer: ISSUER });
    const implied = {
      SECRETS_ENFORCE_SCOPES: 'true',
      SECRETS_API_REQUIRE_AUTH: 'false',
      OIDC_ISSUER: ISSUER,
    };
    expect(loadConfig(implied).auth).toMatchObject({ required: true, enforceScopes: true });
  });

  it.each([
    [{ SECRETS_API_REQUIRE_AUTH: 'true' }, 'SECRETS_API_REQUIRE_AUTH is true'],
    [{ SECRETS_ENFORCE_SCOPES: 'true' }, 'SECRETS_ENFORCE_SCOPES is true'],
    [{ OIDC_JWKS_URI: `${ISSUER}/keys` }, 'OIDC_JWKS_URI is set'],
  ])('does not start without an issuer: %j', (env, reason) => {
    expect(configProblems(env)).toEqual([
      `OIDC_ISSUER is not set, though ${reason}; allowed: the URL of the identity provider`,
    ]);
  });

  it('can be configured without being demanded', () => {
    expect(loadConfig({ OIDC_ISSUER: ISSUER }).auth).toMatchObject({ required: false, issuer: ISSUER });
  });

  it('warns of an open port only while it is off', () => {
    expect(loadConfig({ HOST: '0.0.0.0' }).warnings).toHaveLength(1);
    expect(
      loadConfig({ HOST: '0.0.0.0', SECRETS_API_REQUIRE_AUTH: 'true', OIDC_ISSUER: ISSUER }).warnings,
    ).toEqual([]);
  });

  it('satisfies the strict mode, where scopes are enforced', () => {
    const env = { ENVIRONMENT: 'production', SECRETS_STRICT: 'true', OIDC_ISSUER: ISSUER, ...SAFE };
    const problems = configProblems({ ...env, SECRETS_ENFORCE_SCOPES: 'true' });
    expect(problems.join()).not.toMatch(/SECRETS_API_REQUIRE_AUTH|SECRETS_ENFORCE_SCOPES/);
    expect(configProblems({ ...env, SECRETS_API_REQUIRE_AUTH: 'true' }).join()).toMatch(
      /SECRETS_ENFORCE_SCOPES is off/,
    );
  });
});

describe('the address of the identity provider', () => {
  it.each([
    ['http://idp.example', 'dev', true],
    ['http://idp.example', 'test', true],
    ['http://127.0.0.1:8080/x', 'production', true],
    ['http://localhost', 'staging', true],
    ['http://[::1]:8080', 'production', true],
    ['http://127.8.9.10', 'production', true],
    ['https://idp.example', 'production', true],
    ['http://idp.example', 'staging', false],
    ['http://idp.example', 'production', false],
    ['http://localhost.example', 'production', false],
    ['http://127.0.0.1.example', 'production', false],
  ])('%s in %s is taken: %s', (url, ENVIRONMENT, isTaken) => {
    for (const name of ['OIDC_ISSUER', 'OIDC_JWKS_URI']) {
      const env = { ENVIRONMENT, ...SAFE, OIDC_ISSUER: 'https://idp.example', [name]: url };
      if (isTaken) expect(() => loadConfig(env)).not.toThrow();
      else {
        expect(configProblems(env)).toEqual([
          `${name} is a plain http URL, though ENVIRONMENT is ${ENVIRONMENT}; allowed: https, or http on loopback`,
        ]);
      }
    }
  });

  it('stays as it was written, since an issuer is compared character by character', () => {
    for (const url of ['https://IdP.example/A/', 'https://idp.example:443', 'https://idp.example']) {
      expect(loadConfig({ OIDC_ISSUER: url }).auth.issuer).toBe(url);
    }
  });

  it.each([
    'idp.example',
    'ftp://idp.example',
    'https://u:p@idp.example',
    'https://idp.example#x',
    'https:\\\\x',
    'https://a b',
  ])('%s is refused', (url) => {
    expect(configProblems({ OIDC_ISSUER: url })).toEqual([expect.stringMatching(/^OIDC_ISSUER holds/)]);
  });

  it('may have a query where the keys are, and not as an issuer', () => {
    const withQuery = 'https://idp.example/keys?p=policy';
    expect(loadConfig({ OIDC_ISSUER: ISSUER, OIDC_JWKS_URI: withQuery }).auth.jwksUri).toBe(withQuery);
    expect(configProblems({ OIDC_ISSUER: withQuery })).toHaveLength(1);
  });
});

describe('what a token may be', () => {
  it.each(['HS256', 'none', 'ES256,HS512', 'es256', 'RS256;ES256', 'ES256K', ','])(
    'JWT_ALGORITHMS=%s is refused',
    (text) => {
      expect(configProblems({ JWT_ALGORITHMS: text })).toEqual([
        expect.stringMatching(/^JWT_ALGORITHMS holds/),
      ]);
    },
  );

  it('is read from lists', () => {
    const { auth } = loadConfig({ JWT_ALGORITHMS: 'ES512, Ed25519,ES512', JWT_TYP: 'AT+JWT, Application/X' });
    expect(auth).toMatchObject({ algorithms: ['ES512', 'Ed25519'], tokenTypes: ['at+jwt', 'application/x'] });
  });

  it.each([
    ['JWT_TYP', 'a b'],
    ['SECRETS_SESSION_COOKIE', 'a=b'],
    ['SECRETS_SESSION_COOKIE', 'a;b'],
    ['TENANT_CLAIM', 'a\nb'],
    ['JWKS_REFRESH_MS', '0'],
    ['JWKS_COOLDOWN_MS', '-1'],
  ])('%s=%j is refused', (name, text) => {
    expect(configProblems({ [name]: text })).toEqual([expect.stringMatching(new RegExp(`^${name} holds`))]);
  });
});

describe('the mounts of several tenants', () => {
  it('are read by tenant, by the last colon', () => {
    const { tenant } = loadConfig({ TENANT_ID: 'b', TENANT_ALLOWED_MOUNTS: 'urn:a:one, two; b:two' });
    expect(tenant.mountsByTenant).toEqual(
      new Map([
        ['urn:a', ['one', 'two']],
        ['b', ['two']],
      ]),
    );
    expect(tenant.allowedMounts).toEqual(['two']);
  });

  it.each(['a:', ':one', 'a:one;', 'a:one;two', 'a:one;a:two', 'a:one,', 'a:one/x', ';'])(
    '%s is refused',
    (text) => {
      expect(configProblems({ TENANT_ALLOWED_MOUNTS: text, TENANT_CLAIM: 'tenant' })).toEqual([
        expect.stringMatching(/^TENANT_ALLOWED_MOUNTS holds/),
      ]);
    },
  );

  it('have to name the one tenant that there is without a claim', () => {
    const TENANT_ALLOWED_MOUNTS = 'a:one';
    expect(configProblems({ TENANT_ALLOWED_MOUNTS })).toEqual([
      expect.stringMatching(/^TENANT_ALLOWED_MOUNTS has no mounts for TENANT_ID/),
    ]);
    expect(loadConfig({ TENANT_ALLOWED_MOUNTS, TENANT_CLAIM: 'tenant' }).tenant.allowedMounts).toEqual([]);
  });
});
