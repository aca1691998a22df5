import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { inspect } from 'node:util';
import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

const BROKERS = { KAFKA_BROKERS: 'kafka-1.example:9092' };
const USER = { KAFKA_USERNAME: 'secrets-api', KAFKA_PASSWORD: 'hunter2' };
const PRODUCTION = { ENVIRONMENT: 'production', TENANT_SALT: 'a salt of some length' };

describe('KAFKA_BROKERS', () => {
  it.each([
    ['127.0.0.1:9092', ['127.0.0.1:9092']],
    ['kafka-1.example:9092, kafka_2:19092', ['kafka-1.example:9092', 'kafka_2:19092']],
    ['[::1]:9092,[::1]:9092', ['[::1]:9092']],
  ])('%s is taken', (text, brokers) => {
    expect(loadConfig({ KAFKA_BROKERS: text }).audit.kafka).toEqual({
      brokers,
      tls: undefined,
      sasl: undefined,
    });
  });

  it.each([
    'kafka',
    'kafka:',
    ':9092',
    'kafka:0',
    'kafka:65536',
    'kafka:9092,',
    'kafka://kafka:9092',
    'ka fka:9092',
    '::1:9092',
    '[::g]:9092',
  ])('%s is refused', (text) => {
    expect(configProblems({ KAFKA_BROKERS: text })).toEqual([
      `KAFKA_BROKERS holds "${text}"; allowed: host:port separated by commas, an IPv6 address in brackets`,
    ]);
  });

  it('that hold a password by mistake are not shown', () => {
    const [problem] = configProblems({ KAFKA_BROKERS: 'api:hunter2@kafka:9092' });
    expect(problem).toMatch(/^KAFKA_BROKERS holds a text that is not shown here/);
  });
});

describe('the user at Kafka', () => {
  it('has a name and a password, which is never shown', () => {
    const config = loadConfig({ ...BROKERS, ...USER });
    expect(config.audit.kafka?.sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', username: 'secrets-api' });
    expect(config.audit.kafka?.sasl?.password.open()).toBe('hunter2');
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hunter2');
  });

  it.each([
    ['KAFKA_USERNAME', 'KAFKA_PASSWORD'],
    ['KAFKA_PASSWORD', 'KAFKA_USERNAME'],
  ] as const)('has %s where there is %s', (missing, given) => {
    expect(configProblems({ ...BROKERS, [given]: USER[given] })).toEqual([
      `${missing} is not set, though ${given} is; allowed: both of them or none`,
    ]);
  });

  it('does not show its password on the way, outside dev and test', () => {
    const plain = { ...BROKERS, ...USER, KAFKA_SASL_MECHANISM: 'PLAIN' };
    expect(configProblems({ ...PRODUCTION, ...plain })).toEqual([
      expect.stringMatching(/^KAFKA_SASL_MECHANISM holds "PLAIN" and KAFKA_TLS is false/),
    ]);
    const safe = [
      plain,
      { ...PRODUCTION, ...plain, KAFKA_TLS: 'true' },
      { ...PRODUCTION, ...plain, KAFKA_BROKERS: '127.0.0.1:9092,localhost:9093,[::1]:9094' },
      { ...PRODUCTION, ...BROKERS, ...USER },
    ];
    for (const env of safe) expect(loadConfig(env).audit.kafka?.sasl).toBeDefined();
  });

  it.each([
    ['KAFKA_SASL_MECHANISM', 'GSSAPI'],
    ['KAFKA_TLS', 'yes'],
  ])('%s is not %s', (name, value) => {
    expect(configProblems({ ...BROKERS, [name]: value })).toEqual([
      expect.stringContaining(`${name} holds "${value}"; allowed: `),
    ]);
  });
});

describe('the authorities of Kafka', () => {
  let folder: string;
  let ca: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-ca-'));
    ca = join(folder, 'ca.pem');
    writeFileSync(ca, rootCertificates[0] ?? '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('count where there is TLS', () => {
    expect(configProblems({ ...BROKERS, KAFKA_CA_CERT: ca })).toEqual([
      'KAFKA_CA_CERT is set and KAFKA_TLS is false; allowed: with KAFKA_TLS=true',
    ]);
    const { audit } = loadConfig({ ...BROKERS, KAFKA_TLS: 'true', KAFKA_CA_CERT: ca });
    expect(audit.kafka?.tls?.caCert).toContain('BEGIN CERTIFICATE');
    expect(loadConfig({ ...BROKERS, KAFKA_TLS: 'true' }).audit.kafka?.tls).toEqual({ caCert: undefined });
  });

  it('are told to do nothing without brokers, as the rest is', () => {
    expect(loadConfig({ KAFKA_TLS: 'true', KAFKA_CA_CERT: ca, ...USER }).warnings).toEqual([
      'KAFKA_TLS and KAFKA_CA_CERT and KAFKA_USERNAME and KAFKA_PASSWORD set without KAFKA_BROKERS: no record goes to Kafka.',
    ]);
  });
});
