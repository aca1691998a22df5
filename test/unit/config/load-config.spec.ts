import { inspect } from 'node:util';
import type { AppConfig } from '../../../src/config/app-config.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

const SAFE_SALT = { TENANT_SALT: 'a salt' };

describe('loadConfig', () => {
  it('has the defaults of the contract', () => {
    const { tenant, yaml, ...config } = loadConfig({});
    expect(config).toEqual({
      environment: 'dev',
      revision: '',
      http: {
        port: 9100,
        host: '127.0.0.1',
        publicOrigin: undefined,
        maxConnections: 10_000,
        keepAliveTimeoutMs: 75_000,
      },
      tls: undefined,
      gateway: { trustedProxies: [], clientCertHeader: 'rfc9440' },
      auth: {
        required: false,
        enforceScopes: false,
        issuer: undefined,
        jwksUri: undefined,
        audience: 'crud.secrets',
        audienceRequired: false,
        algorithms: ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'],
        tokenTypes: ['at+jwt', 'application/at+jwt', 'jwt'],
        jwksCooldownMs: 30_000,
        jwksRefreshMs: 300_000,
        tokensAreSingleUse: false,
        sessionCookie: undefined,
        tenantClaim: undefined,
      },
      stores: { openbao: undefined, hashicorp: undefined },
      provider: {
        timeoutMs: 5000,
        retries: 2,
        maxConcurrency: 64,
        queue: 256,
        circuitFailures: 10,
        circuitResetMs: 5000,
      },
      idempotency: { ttlSeconds: 86_400 },
      rateLimit: { perMinute: 0 },
      transfer: { moveRequiresDelete: false },
      paging: { limitDefault: 100 },
      state: { redisUrl: undefined, redisPassword: undefined, redisCaCert: undefined },
      pdp: { engine: 'none', readAction: 'read' },
      grants: { ttlSecondsDefault: 300, maxUsesDefault: 1, negativeCacheSeconds: 5 },
      audit: {
        mode: 'best_effort',
        file: undefined,
        fileMaxBytes: 104_857_600,
        format: 'native',
        bufferSize: 1000,
        streamsMax: 100,
        showsAddresses: false,
        hasEndpoints: true,
      },
      tracing: undefined,
      log: { level: 'info', format: 'json' },
      strict: false,
      warnings: [],
    });
    expect(tenant).toMatchObject({ id: 'dev', allowedMounts: ['secret'] });
    expect(tenant.mountsByTenant).toEqual(new Map([['dev', ['secret']]]));
    expect(yaml.path).toBe(`${process.cwd()}/data/dev_secrets.yaml`);
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ PORT: '', OPENBAO_URL: '', TENANT_SALT: '', TENANT_SALT_FILE: '' }).http.port).toBe(
      9100,
    );
  });

  it('is frozen all the way down', () => {
    const config: AppConfig = loadConfig({ OPENBAO_URL: 'http://127.0.0.1:8200', OPENBAO_TOKEN: 'root' });
    const parts = [config, config.http, config.tenant.allowedMounts, config.stores, config.stores.openbao];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('understands prod as production', () => {
    expect(loadConfig({ ENVIRONMENT: 'prod', ...SAFE_SALT }).environment).toBe('production');
  });

  it('lists every bad variable in one message, with its content and what is allowed', () => {
    expect(configProblems({ PORT: '1e3', LOG_LEVEL: 'loud', SECRETS_STRICT: '1' })).toEqual([
      'PORT holds "1e3"; allowed: an integer from 0 to 65535, in decimal digits',
      'SECRETS_STRICT holds "1"; allowed: true or false',
      'LOG_LEVEL holds "loud"; allowed: fatal, error, warn, info, debug, trace, silent',
    ]);
  });

  it('keeps a message on its lines whatever a variable holds', () => {
    const problems = configProblems({ ENVIRONMENT: `x\n${'y'.repeat(500)}` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('\n');
    expect(problems[0]?.length).toBeLessThan(200);
  });
});

describe('tenant salt', () => {
  it.each(['TENANT_SALT', 'SECRET_TENANT_SALT'])('is read from %s as UTF-8 bytes', (name) => {
    expect(
      loadConfig({ [name]: 'sält' })
        .tenant.salt.open()
        .export(),
    ).toEqual(Buffer.from('sält', 'utf8'));
  });

  it('may have both names when they agree', () => {
    const config = loadConfig({ TENANT_SALT: 'x', SECRET_TENANT_SALT: 'x' });
    expect(config.tenant.salt.open().export().toString()).toBe('x');
  });

  it('is refused when the two names differ, without showing either', () => {
    const [problem, ...others] = configProblems({ TENANT_SALT: 'one-salt', SECRET_TENANT_SALT: 'two-salt' });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^TENANT_SALT and SECRET_TENANT_SALT differ/);
    expect(problem).not.toMatch(/one-salt|two-salt/);
  });

  it('is random for the life of the process when it is not set', () => {
    const [first, second] = [loadConfig({}), loadConfig({})].map((config) =>
      config.tenant.salt.open().export(),
    );
    expect(first).toHaveLength(32);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
  });

  it('is missed with a warning outside dev and test', () => {
    expect(loadConfig({ ENVIRONMENT: 'staging' }).warnings).toEqual([
      expect.stringMatching(/^TENANT_SALT is not set/),
    ]);
    expect(loadConfig({ ENVIRONMENT: 'test' }).warnings).toEqual([]);
  });
});

describe('who decides', () => {
  const authorization = { ENABLE_AUTHORIZATION: 'TRUE' };
  const authzen = { ...authorization, PDP_ENGINE: 'authzen' };

  it('is nobody where authorization is off, whatever else is set', () => {
    expect(loadConfig({ PDP_ENGINE: 'cedar' }).pdp.engine).toBe('none');
    expect(configProblems({ ENABLE_AUTHORIZATION: '0' })).toEqual([
      'ENABLE_AUTHORIZATION holds "0"; allowed: true or false',
    ]);
  });

  it.each([
    ['PDP_ENGINE', authorization],
    ['PDP_POLICY_DIR', { ...authorization, PDP_ENGINE: 'cedar' }],
    ['PDP_URL', authzen],
  ])('stops the start where %s is missing', (name, env) => {
    expect(configProblems(env)).toEqual([
      expect.stringMatching(`^${name} is not set, though ENABLE_AUTHORIZATION is true`),
    ]);
  });

  it('is a folder of Cedar policies, or a decision point with its defaults', () => {
    const cedar = loadConfig({ ...authorization, PDP_ENGINE: 'cedar', PDP_POLICY_DIR: '/etc/policies' });
    expect(cedar.pdp).toEqual({ engine: 'cedar', policyDir: '/etc/policies', readAction: 'read' });
    const remote = loadConfig({
      ...authzen,
      PDP_URL: 'https://pdp.example/',
      PDP_CONTEXT: '{"a":{"b":true}}',
    });
    expect(remote.pdp).toMatchObject({
      engine: 'authzen',
      url: 'https://pdp.example',
      timeoutMs: 2000,
      batchMax: 50,
      resourceAttributes: true,
      context: { a: { b: true } },
    });
    expect(configProblems({ ...authzen, PDP_URL: 'https://pdp.example', PDP_CONTEXT: '[]' })).toEqual([
      'PDP_CONTEXT holds "[]"; allowed: a JSON object',
    ]);
  });

  it('is spoken to over https, or over http on loopback, outside dev and test', () => {
    const production = { ...authzen, ENVIRONMENT: 'production', ...SAFE_SALT };
    expect(configProblems({ ...production, PDP_URL: 'http://pdp.example' })).toEqual([
      expect.stringMatching(/^PDP_URL is a plain http URL/),
    ]);
    expect(loadConfig({ ...production, PDP_URL: 'http://127.0.0.1:8181' }).pdp.engine).toBe('authzen');
  });
});

describe('SECRETS_STRICT', () => {
  it('asks nothing of dev and test', () => {
    const lax = { SECRETS_STRICT: 'true', VAULT_VERIFY_SSL: 'false' };
    expect(loadConfig({ ...lax, ENVIRONMENT: 'dev' }).strict).toBe(true);
    expect(loadConfig({ ...lax, ENVIRONMENT: 'test' }).warnings).toEqual([]);
  });

  it.each(['staging', 'production'])('names every unsafe setting in %s', (ENVIRONMENT) => {
    const unsafe = { VAULT_VERIFY_SSL: 'false', SECRETS_DEV_ENDPOINTS: 'true' };
    const problems = configProblems({ ENVIRONMENT, SECRETS_STRICT: 'true', ...unsafe });
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'SECRETS_API_REQUIRE_AUTH',
      'SECRETS_ENFORCE_SCOPES',
      'ENABLE_AUTHORIZATION',
      'TENANT_SALT',
      'VAULT_VERIFY_SSL',
      'SECRETS_DEV_ENDPOINTS',
    ]);
    for (const problem of problems) expect(problem).toContain('SECRETS_STRICT is true');
  });

  it('wants authentication, scopes and authorization on', () => {
    const problems = configProblems({ ENVIRONMENT: 'production', SECRETS_STRICT: 'true', ...SAFE_SALT });
    expect(problems).toEqual([
      expect.stringMatching(/^SECRETS_API_REQUIRE_AUTH is off.*allowed: true$/),
      expect.stringMatching(/^SECRETS_ENFORCE_SCOPES is off.*allowed: true$/),
      expect.stringMatching(/^ENABLE_AUTHORIZATION is off.*allowed: true$/),
    ]);
  });

  it('when off, the same settings are warnings', () => {
    const { warnings } = loadConfig({
      ENVIRONMENT: 'production',
      VAULT_VERIFY_SSL: 'false',
      SECRETS_DEV_ENDPOINTS: 'true',
      HOST: '0.0.0.0',
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^HOST is 0\.0\.0\.0 and authentication is off/),
      expect.stringMatching(/^TENANT_SALT is not set/),
      expect.stringMatching(/^VAULT_VERIFY_SSL is false/),
      expect.stringMatching(/^SECRETS_DEV_ENDPOINTS is true/),
    ]);
  });
});

describe('secrets', () => {
  const secrets = {
    OPENBAO_TOKEN: 'tok-3f1',
    VAULT_SECRET_ID: 'sid-3f1',
    VAULT_ROLE_ID: 'role',
    TENANT_SALT: 'salt-3f1',
  };

  it('are not printed by the configuration', () => {
    const config = loadConfig({ VAULT_URL: 'https://vault.example', ...secrets });
    const printed = inspect(config, { depth: null }) + JSON.stringify(config) + config.warnings.join();
    expect(printed).not.toContain('3f1');
    expect(config.stores.openbao?.token?.open()).toBe('tok-3f1');
    expect(config.stores.hashicorp?.secretId?.open()).toBe('sid-3f1');
  });

  it('are not printed by a message, whatever is wrong with them', () => {
    const env = {
      OPENBAO_URL: 'https://user:pass-3f1@vault.example',
      HASHICORP_URL: 'https://vault.example?token=query-3f1',
      OPENBAO_TOKEN: 'with space 3f1',
      OPENBAO_ROLE_ID: 'role',
      HASHICORP_SECRET_ID: 'line\n3f1',
      VAULT_TOKEN: 'tok-3f1',
      VAULT_SECRET_ID: 'sid-3f1',
      TENANT_SALT: 'a-3f1',
      SECRET_TENANT_SALT: 'b-3f1',
    };
    const problems = configProblems(env);
    expect(problems.length).toBeGreaterThanOrEqual(6);
    expect(problems.join('\n')).not.toContain('3f1');
  });
});
