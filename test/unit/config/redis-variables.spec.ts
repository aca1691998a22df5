import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { inspect } from 'node:util';
import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

const PLAIN = 'redis://127.0.0.1:6379';

describe('REDIS_URL', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'redis-url-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it.each([
    PLAIN,
    'redis://redis',
    'redis://redis/',
    'redis://redis/15',
    'redis://[::1]:6379/0',
    'rediss://api:p%40ss%2Fword@redis.example:6380/2',
    'redis://:only-a-password@redis',
    'REDISS://redis.example',
  ])('%s is taken as it stands', (text) => {
    expect(loadConfig({ REDIS_URL: text }).state.redisUrl?.open()).toBe(text);
    expect(loadConfig({ REDIS_URL_FILE: write('url', `${text}\n`) }).state.redisUrl?.open()).toBe(text);
  });

  it.each([
    '127.0.0.1:6379',
    'http://127.0.0.1:6379',
    'redis:127.0.0.1',
    'redis://',
    'redis://:6379',
    'redis:///0',
    'redis://redis/database',
    'redis://redis/0/1',
    'redis://redis:99999',
    'redis://redis?tls=false',
    'redis://redis/0?rejectUnauthorized=0',
    'redis://redis#x',
    'redis://red is',
    'redis://user:p@ss@redis',
    'redis://user:p%zz@redis',
    'unix:///tmp/redis.sock',
  ])('%s is refused and not shown', (text) => {
    const problems = configProblems({ REDIS_URL: text });
    expect(problems).toEqual([
      expect.stringMatching(/^REDIS_URL holds a text that is not shown here; allowed: redis:\/\/host:port /),
    ]);
  });

  it('never shows the password it holds', () => {
    const config = loadConfig({ REDIS_URL: 'redis://api:hunter2@redis' });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hunter2');
  });

  it('is refused beside its file', () => {
    expect(configProblems({ REDIS_URL: PLAIN, REDIS_URL_FILE: write('url', PLAIN) })).toEqual([
      'REDIS_URL and REDIS_URL_FILE are both set; allowed: one of them',
    ]);
  });

  it('and REDIS_PASSWORD do not both hold a password', () => {
    expect(configProblems({ REDIS_URL: 'redis://:one@redis', REDIS_PASSWORD: 'two' })).toEqual([
      'REDIS_PASSWORD is set and REDIS_URL holds a password too; allowed: one of them',
    ]);
    const file = write('password', 'p@ss\n');
    const { state } = loadConfig({ REDIS_URL: 'redis://api@redis', REDIS_PASSWORD_FILE: file });
    expect(state.redisPassword?.open()).toBe('p@ss');
  });

  it('takes authorities only where there is TLS', () => {
    const ca = write('ca.pem', rootCertificates[0] ?? '');
    expect(configProblems({ REDIS_URL: PLAIN, REDIS_CA_CERT: ca })).toEqual([
      'REDIS_CA_CERT is set and REDIS_URL has no TLS; allowed: with a rediss:// address',
    ]);
    expect(loadConfig({ REDIS_URL: 'rediss://redis', REDIS_CA_CERT: ca }).state.redisCaCert).toContain(
      'BEGIN CERTIFICATE',
    );
  });

  it('is missed where a password or authorities are set without it', () => {
    const ca = write('ca.pem', rootCertificates[0] ?? '');
    expect(loadConfig({ REDIS_PASSWORD: 'p', REDIS_CA_CERT: ca }).warnings).toEqual([
      'REDIS_PASSWORD and REDIS_CA_CERT set without REDIS_URL: the state of this process is not shared.',
    ]);
  });
});
