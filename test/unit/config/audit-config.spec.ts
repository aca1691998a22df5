import { resolve } from 'node:path';
import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

const PRODUCTION = { ENVIRONMENT: 'production', TENANT_SALT: 'a salt of some length' };

describe('the audit trail', () => {
  it('is kept in memory and in the log where nothing is said', () => {
    expect(loadConfig({}).audit).toEqual({
      mode: 'best_effort',
      file: undefined,
      fileMaxBytes: 104_857_600,
      format: 'native',
      kafka: undefined,
      bufferSize: 1000,
      streamsMax: 100,
      showsAddresses: false,
      hasEndpoints: true,
    });
  });

  it('has its endpoints outside dev and test only where that is asked for', () => {
    expect(loadConfig(PRODUCTION).audit.hasEndpoints).toBe(false);
    expect(loadConfig({ ...PRODUCTION, SECRETS_DEV_ENDPOINTS: 'true' }).audit.hasEndpoints).toBe(true);
    expect(loadConfig({ ENVIRONMENT: 'test' }).audit.hasEndpoints).toBe(true);
  });

  it('shows addresses in dev and test only, and says so elsewhere', () => {
    expect(loadConfig({ AUDIT_SHOW_URI: 'true' }).audit.showsAddresses).toBe(true);
    const { audit, warnings } = loadConfig({ ...PRODUCTION, AUDIT_SHOW_URI: 'true' });
    expect(audit.showsAddresses).toBe(false);
    expect(warnings).toContain('AUDIT_SHOW_URI is true and has no effect outside dev and test.');
  });

  it('says that required without a file means the log only', () => {
    const { warnings } = loadConfig({ AUDIT_MODE: 'required' });
    expect(warnings).toEqual([expect.stringMatching(/^AUDIT_MODE is required and neither AUDIT_FILE nor/)]);
    for (const place of [{ AUDIT_FILE: 'a.jsonl' }, { KAFKA_BROKERS: 'kafka:9092' }]) {
      expect(loadConfig({ AUDIT_MODE: 'required', ...place }).warnings).toEqual([]);
    }
  });

  it('takes the path of its file from the working directory', () => {
    expect(loadConfig({ AUDIT_FILE: 'data/audit.jsonl' }).audit.file).toBe(resolve('data/audit.jsonl'));
  });

  it.each([
    ['AUDIT_MODE', 'always'],
    ['AUDIT_FILE', 'data/'],
    ['AUDIT_FILE_MAX_BYTES', '-1'],
    ['AUDIT_FORMAT', 'ocsf'],
    ['AUDIT_BUFFER_SIZE', '0'],
    ['AUDIT_SSE_MAX', 'many'],
  ])('refuses %s=%s', (name, value) => {
    expect(configProblems({ [name]: value })).toEqual([expect.stringContaining(`${name} holds "${value}"`)]);
  });
});
