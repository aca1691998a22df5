import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { loadConfig } from '../../../src/config/load-config.js';
import { CertificateAuthority } from '../../support/certificates/certificate-authority.js';
import { configProblems } from '../../support/config-problems.js';

describe('the TLS socket', () => {
  const authority = new CertificateAuthority();
  const server = authority.issueServer();
  const other = authority.issueServer();
  const PAIR = { TLS_CERT_FILE: server.certPath, TLS_KEY_FILE: server.keyPath };
  afterAll(() => authority.close());

  it('is described by the contents of the files, the key sealed', () => {
    const { tls } = loadConfig({
      ...PAIR,
      TLS_CLIENT_CA_FILE: authority.certPath,
      TLS_CLIENT_AUTH: 'optional',
    });
    expect(tls).toMatchObject({ cert: server.cert, clientCa: authority.cert, clientAuth: 'optional' });
    expect(tls?.key.open()).toBe(server.key);
    expect(inspect(tls, { depth: 9 })).not.toContain('PRIVATE KEY');
    expect(loadConfig(PAIR).tls).toMatchObject({ clientAuth: 'off', clientCa: undefined });
  });

  it.each([
    [{ TLS_CERT_FILE: server.certPath }, /^TLS_KEY_FILE is not set, though TLS_CERT_FILE is set;/],
    [{ TLS_KEY_FILE: server.keyPath }, /^TLS_CERT_FILE is not set, though TLS_KEY_FILE is set;/],
    [
      { ...PAIR, TLS_CLIENT_AUTH: 'required' },
      /^TLS_CLIENT_CA_FILE is not set, though TLS_CLIENT_AUTH is required;/,
    ],
    [{ ...PAIR, TLS_CLIENT_AUTH: 'on' }, /^TLS_CLIENT_AUTH holds "on"; allowed: off, optional, required$/],
    [
      { ...PAIR, TLS_KEY_FILE: other.keyPath },
      /^TLS_KEY_FILE is not the key of the certificate in TLS_CERT_FILE$/,
    ],
    [
      { ...PAIR, TLS_KEY_FILE: server.certPath },
      /^TLS_KEY_FILE holds ".*"; allowed: the path of a readable file with/,
    ],
    [
      { ...PAIR, TLS_CERT_FILE: server.keyPath },
      /^TLS_CERT_FILE holds ".*"; allowed: the path of a readable file with/,
    ],
    [{ ...PAIR, TLS_KEY_FILE: '/nowhere' }, /^TLS_KEY_FILE holds "\/nowhere"; allowed/],
  ])('does not start from %j', (env, problem) => {
    expect(configProblems(env)).toEqual([expect.stringMatching(problem)]);
  });

  it('asks nobody for a certificate without the authority and a certificate of its own', () => {
    expect(configProblems({ TLS_CLIENT_AUTH: 'optional' })).toEqual([
      expect.stringMatching(/^TLS_CERT_FILE is not set, though TLS_CLIENT_AUTH is optional;/),
      expect.stringMatching(/^TLS_CLIENT_CA_FILE is not set, though TLS_CLIENT_AUTH is optional;/),
    ]);
  });

  it('has no use for a key with a passphrase', () => {
    const locked = `${server.keyPath}.locked`;
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    writeFileSync(locked, createPrivateKey(server.key).export({ format: 'pem', type: 'pkcs8', ...cipher }));
    expect(configProblems({ ...PAIR, TLS_KEY_FILE: locked })).toEqual([
      expect.stringMatching(/without a passphrase$/),
    ]);
  });

  it('says so where an authority is set and nobody is asked', () => {
    expect(loadConfig({ ...PAIR, TLS_CLIENT_CA_FILE: authority.certPath }).warnings).toEqual([
      'TLS_CLIENT_CA_FILE is set and TLS_CLIENT_AUTH is off: callers are asked for no certificate.',
    ]);
  });
});

describe('TRUSTED_PROXIES', () => {
  it.each([
    ['127.0.0.1', ['127.0.0.1/32']],
    ['10.0.0.0/8, 192.0.2.7 ,fd00::/8', ['10.0.0.0/8', '192.0.2.7/32', 'fd00::/8']],
    ['::1', ['::1/128']],
    ['::ffff:192.0.2.7', ['192.0.2.7/32']],
    ['::FFFF:10.0.0.0/104', ['10.0.0.0/8']],
    ['0.0.0.0/0,::/0', ['0.0.0.0/0', '::/0']],
    ['10.0.0.1,10.0.0.1/32', ['10.0.0.1/32']],
  ])('takes %s', (text, ranges) => {
    expect(loadConfig({ TRUSTED_PROXIES: text }).gateway.trustedProxies).toEqual(ranges);
  });

  it.each([
    'localhost',
    '*',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0/8',
    '010.0.0.1',
    '::1/129',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/90',
    '10.0.0.0/255.0.0.0',
    '127.0.0.1,',
    '127.0.0.1 10.0.0.1',
    'loopback',
    'true',
    '1',
  ])('refuses %s', (text) => {
    expect(configProblems({ TRUSTED_PROXIES: text })).toEqual([
      expect.stringContaining('allowed: IP addresses and CIDR ranges'),
    ]);
  });
});
