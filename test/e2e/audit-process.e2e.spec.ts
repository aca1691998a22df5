import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyTrail } from '../../src/audit/verify/verify-trail.js';
import { readEvents } from '../support/event-reader.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

/** An operator runs the service with an audit file. */
describe('the process with an audit file', () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    buildService();
  }, 120_000);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-process-'));
    file = join(folder, 'audit.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (env: Record<string, string> = {}): Promise<ServiceProcess> =>
    startService({
      AUDIT_FILE: file,
      AUDIT_MODE: 'required',
      YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
      ...env,
    });
  const call = async ({ url }: ServiceProcess): Promise<number> =>
    (await fetch(`${url}/api/secrets/value?uri=${encodeURIComponent('yaml://secret/app/api')}`)).status;

  it('opens it anew on SIGHUP, with the chain going on in the new file', async () => {
    const service = await start({ LOG_LEVEL: 'info' });
    try {
      expect(await call(service)).toBe(404);
      renameSync(file, `${file}.1`);
      service.kill('SIGHUP');
      await sleep(200);
      expect(await call(service)).toBe(404);
      expect(await verifyTrail([file, `${file}.1`])).toMatchObject({ fault: undefined, lines: 2 });
      expect(readFileSync(file, 'utf8')).toMatch(/^\{"seq":2,/);
      expect(service.output()).toMatch(/"seq":0,"hash":"sha256:0{64}","msg":"audit head"/);
    } finally {
      service.kill('SIGTERM');
    }
    expect(await service.exited).toBe(0);
    // The last head is told at the end, for those who keep it.
    expect(service.output()).toMatch(/"seq":2,"hash":"sha256:[\da-f]{64}","msg":"audit head"/);
  }, 30_000);

  it('ends with 0 within ten seconds on SIGTERM while readers follow the events, and ends their streams', async () => {
    const service = await start();
    const readers = await Promise.all(
      Array.from({ length: 5 }, () => readEvents(`${service.url}/api/secrets/events`)),
    );
    expect(await call(service)).toBe(404);
    for (const reader of readers) await reader.waitFor(1);
    const signalledAt = performance.now();
    service.kill('SIGTERM');
    expect(await Promise.all(readers.map(({ ended }) => ended))).toEqual(readers.map(() => 'end'));
    expect(await service.exited).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(3_000);
    expect((await verifyTrail([file])).fault).toBeUndefined();
  }, 30_000);

  it('does not start with a file that it cannot write, and says which variable is at fault', async () => {
    writeFileSync(join(folder, 'plain'), '');
    const failure = start({ AUDIT_FILE: join(folder, 'plain', 'audit.jsonl') });
    await expect(failure).rejects.toThrow(/ended with 1.*AUDIT_FILE holds ".*", which cannot be opened/s);
    await expect(failure).rejects.not.toThrow(/\n {4}at /);
  }, 30_000);

  it('does not start beside another service on the same file', async () => {
    const service = await start();
    try {
      await expect(start()).rejects.toThrow(/ended with 1.*another process writes it/s);
    } finally {
      service.kill('SIGTERM');
      await service.exited;
    }
  }, 30_000);
});
