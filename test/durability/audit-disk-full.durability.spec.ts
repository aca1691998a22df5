import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyTrail } from '../../src/audit/verify/verify-trail.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const URI = 'yaml://secret/app/api#token';
const VALUE = 'canary-91ab5d';
const DISK = '256k';
const WITHIN_MS = 2_000;
const CALLERS = 8;

/** A disk of its own needs a mount, and so the right to make one. */
const folder = mkdtempSync(join(tmpdir(), 'audit-disk-'));
const mount = (...words: string[]): boolean => spawnSync('mount', words).status === 0;
const mounted = mount('-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder);
const describeOnDisk = mounted
  ? describe
  : (title: string, _body: () => void): void =>
      describe(title, () => {
        it('is left out: this user may not mount a small tmpfs', () => {
          expect(mounted).toBe(false);
          rmSync(folder, { recursive: true });
        });
      });

describeOnDisk('a disk that takes no more', () => {
  let running: RunningApp;
  const file = join(folder, 'audit.jsonl');
  beforeEach(async () => {
    running = await createApp({ AUDIT_FILE: file, AUDIT_MODE: 'required' });
    await running.http.post('/api/secrets').send({ uri: URI, value: VALUE }).expect(201);
  });
  afterEach(async () => {
    await running.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  });
  afterAll(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  const read = () => running.http.get('/api/secrets/value').query({ uri: URI });

  it('gives no value out without its record, answers 503 at once, and goes on by itself when there is room', async () => {
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(64 * 1024));
    const seen = { values: 0, refusals: 0, slowestMs: 0 };
    const caller = async (): Promise<void> => {
      for (let refused = 0; refused < 20;) {
        const startedAt = performance.now();
        const { status, text } = await read();
        seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt);
        if (status === 503) {
          expect(text).not.toContain(VALUE);
          refused += 1;
          seen.refusals += 1;
        } else {
          expect(status).toBe(200);
          seen.values += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    expect(seen.slowestMs).toBeLessThan(WITHIN_MS);
    rmSync(filler);
    const freedAt = performance.now();
    while ((await read()).status !== 200) await sleep(20);
    const recoveredMs = performance.now() - freedAt;
    const { fault, lines } = await verifyTrail([file]);
    expect(fault).toBeUndefined();
    // The write at the beginning, every value, and the read that found room again.
    expect(lines).toBe(1 + seen.values + 1);
    expect(recoveredMs).toBeLessThan(5_000);
    console.log(
      `Disk of ${DISK} full: ${seen.values} values, each with its record, then ${seen.refusals} times 503, the slowest answer ${Math.round(seen.slowestMs)} ms; values again ${Math.round(recoveredMs)} ms after there was room`,
    );
  }, 60_000);

  it('keeps records in a file that was made read-only while it is open, and gives nothing out without', async () => {
    chmodSync(file, 0o400);
    for (let call = 0; call < 10; call += 1) await read().expect(200);
    expect(await verifyTrail([file])).toMatchObject({ fault: undefined, lines: 11 });
  });

  it('stops the start on a read-only disk; with best effort it starts, and keeps records once it can', async () => {
    await running.close();
    mount('-o', 'remount,ro', folder);
    try {
      await expect(createApp({ AUDIT_FILE: file, AUDIT_MODE: 'required' })).rejects.toThrow(
        /AUDIT_FILE holds .*, which cannot be opened/,
      );
      running = await createApp({ AUDIT_FILE: file, AUDIT_MODE: 'best_effort' });
      await read().expect(404);
    } finally {
      mount('-o', 'remount,rw', folder);
    }
    const giveUpAt = performance.now() + 5_000;
    const kept = async (): Promise<number> => (await verifyTrail([file])).lines;
    while ((await kept()) < 2 && performance.now() < giveUpAt) {
      await read().expect(404);
      await sleep(50);
    }
    expect(await kept()).toBe(2);
  });
});
