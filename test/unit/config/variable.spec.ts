import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

describe('integers', () => {
  it.each([
    ['PORT', '0'],
    ['PORT', '65535'],
    ['PROVIDER_RETRIES', '0'],
    ['PROVIDER_TIMEOUT_MS', '1'],
    ['PROVIDER_QUEUE', '0'],
    ['SECRETS_PAGE_LIMIT_DEFAULT', '1000'],
    ['VAULT_POOL_SIZE', '1024'],
  ])('%s=%s is taken', (name, text) => {
    expect(() => loadConfig({ [name]: text })).not.toThrow();
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '+80'],
    ['PORT', '080'],
    ['PORT', '80.0'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['PORT', ' 80'],
    ['PORT', '80\n'],
    ['PORT', '٨٠'],
    ['PROVIDER_RETRIES', '11'],
    ['PROVIDER_TIMEOUT_MS', '0'],
    ['PROVIDER_MAX_CONCURRENCY', '0'],
    ['SECRETS_PAGE_LIMIT_DEFAULT', '0'],
    ['SECRETS_PAGE_LIMIT_DEFAULT', '1001'],
    ['PORT', '9'.repeat(400)],
  ])('%s=%j is refused', (name, text) => {
    expect(configProblems({ [name]: text })).toEqual([expect.stringMatching(new RegExp(`^${name} holds`))]);
  });

  it('take exactly the decimal digits within their limits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), (port) => {
        expect(loadConfig({ PORT: String(port) }).http.port).toBe(port);
      }),
    );
  });
});

describe('booleans', () => {
  it.each(['true', 'TRUE', 'True'])('%s is true', (text) => {
    expect(loadConfig({ SECRETS_STRICT: text }).strict).toBe(true);
  });

  it.each(['1', '0', 'yes', 'on', 'off', ' true', 'constructor', '__proto__'])('%s is refused', (text) => {
    expect(configProblems({ SECRETS_STRICT: text })).toEqual([
      `SECRETS_STRICT holds ${JSON.stringify(text)}; allowed: true or false`,
    ]);
  });
});

describe('choices', () => {
  it.each(['Dev', 'development', 'constructor', '__proto__', 'prod '])(
    'ENVIRONMENT=%s is refused',
    (text) => {
      expect(configProblems({ ENVIRONMENT: text })).toHaveLength(1);
    },
  );
});

describe('store URLs', () => {
  it.each([
    ['http://127.0.0.1:8200', 'http://127.0.0.1:8200'],
    ['https://Vault.Example/', 'https://vault.example'],
    ['http://[::1]:8200', 'http://[::1]:8200'],
    ['HTTPS://vault.example:443', 'https://vault.example'],
  ])('%s is %s', (text, origin) => {
    expect(loadConfig({ OPENBAO_URL: text, OPENBAO_TOKEN: 't' }).stores.openbao?.url).toBe(origin);
  });

  it.each([
    'vault.example:8200',
    'ftp://vault.example',
    'http://',
    'http:vault.example',
    'http:///vault.example',
    'http:\\\\vault.example',
    'http://user@vault.example',
    'http://user:secret@vault.example',
    'http://vault.example/v1',
    'http://vault.example//',
    'http://vault.example?x=1',
    'http://vault.example#x',
    'http://vault.example:99999',
    'http://vault.example\n',
    ' http://vault.example',
    'http://vault example',
  ])('%j is refused', (text) => {
    const problems = configProblems({ OPENBAO_URL: text, OPENBAO_TOKEN: 't' });
    expect(problems).toEqual([expect.stringMatching(/^OPENBAO_URL holds .*; allowed: an http or https URL/)]);
  });
});

describe('HOST', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'a-b.example', 'fe80::1%eth0'])(
    '%s is taken',
    (host) => {
      expect(loadConfig({ HOST: host }).http.host).toBe(host);
    },
  );

  it.each(['127.0.0.1:80', 'http://localhost', 'a b', '-a', 'a..b', '[::1]'])('%s is refused', (host) => {
    expect(configProblems({ HOST: host })).toHaveLength(1);
  });
});

describe('TENANT_ALLOWED_MOUNTS', () => {
  it.each([
    ['secret', ['secret']],
    ['secret, kv ,secret', ['secret', 'kv']],
    ['Ünïcode,with space', ['Ünïcode', 'with space']],
    ['50%', ['50%']],
  ])('%j is %j', (text, mounts) => {
    expect(loadConfig({ TENANT_ALLOWED_MOUNTS: text }).tenant.allowedMounts).toEqual(mounts);
  });

  it.each(['a,,b', ',', ' ', 'a/b', 'a\\b', '..', '*', '%2e%2e', 'U\u0308', 'a\u0000'])(
    '%j is refused',
    (text) => {
      expect(configProblems({ TENANT_ALLOWED_MOUNTS: text })).toEqual([
        expect.stringMatching(/^TENANT_ALLOWED_MOUNTS holds .* allowed: mount names separated by commas/),
      ]);
    },
  );
});

describe('VAULT_CA_CERT', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ca-cert-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function fileWith(content: string): string {
    const path = join(folder, 'ca.pem');
    writeFileSync(path, content);
    return path;
  }

  it('gives the PEM text of the file to the stores', () => {
    const pem = rootCertificates.slice(0, 2).join('\n');
    const env = { VAULT_CA_CERT: fileWith(pem), VAULT_URL: 'https://vault.example', VAULT_TOKEN: 't' };
    expect(loadConfig(env).stores.openbao?.caCert).toBe(pem);
  });

  it.each([
    ['is no PEM', 'hello'],
    ['is empty', ''],
    ['holds a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('that %s is refused, without its content', (_what, content) => {
    const path = fileWith(content);
    expect(configProblems({ VAULT_CA_CERT: path })).toEqual([
      `VAULT_CA_CERT holds ${JSON.stringify(path)}; allowed: the path of a readable file with certificates in PEM form`,
    ]);
  });

  it('that is absent is refused', () => {
    expect(configProblems({ VAULT_CA_CERT: join(folder, 'absent') })).toHaveLength(1);
  });
});

describe('other texts', () => {
  it.each([
    { PDP_READ_ACTION: 'two words' },
    { PDP_READ_ACTION: '1st' },
    { TENANT_ID: 'a\u0000b' },
    { TENANT_ID: 'x'.repeat(256) },
    { YAML_VAULT_PATH: './data/' },
    { VAULT_NAMESPACE: 'a\r\nX-Other: b' },
    { PUBLIC_ORIGIN: 'https://api.example/path' },
  ])('%j is refused', (env) => {
    const [name] = Object.keys(env);
    expect(configProblems(env)).toEqual([expect.stringMatching(new RegExp(`^${name ?? ''} holds`))]);
  });

  it('a purpose may have another name for the policy', () => {
    expect(loadConfig({ PDP_READ_ACTION: 'execute' }).pdp.readAction).toBe('execute');
  });
});
