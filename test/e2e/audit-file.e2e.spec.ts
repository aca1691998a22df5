import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { verifyTrail } from '../../src/audit/verify/verify-trail.js';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const URI = 'yaml://secret/app/api#token';
const VALUE = 'canary-7be2c4';
/** The contract's bound for an answer without a record. */
const WITHIN_MS = 2_000;
/** For how long the first caller waits for a sink; nobody after it does. */
const PATIENCE_MS = 1_200;

type Line = AuditRecord & { readonly seq: number };

/** A security officer wants no answer without its record. */
describe('the audit file', () => {
  let folder: string;
  let file: string;
  const running: RunningApp[] = [];
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'audit-file-')), 'trail');
    mkdirSync(folder);
    file = join(folder, 'audit.jsonl');
  });
  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
    rmSync(dirname(folder), { recursive: true, force: true });
  });

  async function start(env: Record<string, string> = {}): Promise<RunningApp> {
    const app = await createApp({ AUDIT_FILE: file, AUDIT_MODE: 'required', ...env });
    running.push(app);
    return app;
  }
  const lines = (): Line[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const write = ({ http }: RunningApp, value: string = VALUE) =>
    http.post('/api/secrets').send({ uri: URI, value });
  const read = ({ http }: RunningApp) => http.get('/api/secrets/value').query({ uri: URI });

  it('has a line for every way out of a call, and none for others', async () => {
    const app = await start();
    await write(app).expect(201);
    await read(app).expect(200);
    await app.http.get('/api/secrets/value').query({ uri: 'yaml://secret/none' }).expect(404);
    await app.http.get('/api/secrets/value').query({ uri: 'yaml://foreign/a' }).expect(400);
    await app.http.get('/api/secrets/value').query({ uri: 'nonsense' }).expect(400);
    await app.http.get('/api/secrets/value').query({ uri: URI }).set('Authorization', 'Bearer x').expect(401);
    await app.http.get('/api/secrets/nowhere').expect(404);
    await app.http.get('/health/ready').expect(200);
    expect(lines().map(({ event, effect, code }) => [event, effect, code])).toEqual([
      ['secret.write', 'permit', null],
      ['secret.read', 'permit', null],
      ['secret.read', 'permit', 'SECRET_NOT_FOUND'],
      ['secret.read', 'deny', 'TENANT_MOUNT_MISMATCH'],
      ['secret.read', 'error', 'INVALID_URI'],
      ['secret.read', 'deny', 'INVALID_TOKEN'],
      ['request.refused', 'error', 'ROUTE_NOT_FOUND'],
    ]);
    const text = readFileSync(file, 'utf8');
    for (const hidden of [VALUE, 'app/api']) expect(text).not.toContain(hidden);
    expect(await verifyTrail([file])).toMatchObject({ fault: undefined, lines: 7 });
  });

  it('has the line before the answer leaves, for many calls at once', async () => {
    const app = await start();
    await write(app).expect(201);
    await Promise.all(
      Array.from({ length: 64 }, async (_, call) => {
        await read(app).set('X-Correlation-Id', `many-${call}`).expect(200);
        expect(readFileSync(file, 'utf8')).toContain(`"many-${call}"`);
      }),
    );
    expect((await verifyTrail([file])).fault).toBeUndefined();
  });

  it('has a line for callers who are gone before their answer', async () => {
    const app = await start();
    const ids = Array.from({ length: 20 }, (_, call) => `gone-${call}`);
    const { hostname, port } = new URL(app.url);
    for (const id of ids) {
      const socket = connect(Number(port), hostname);
      const target = `/api/secrets/value?uri=${encodeURIComponent(URI)}`;
      const head = `GET ${target} HTTP/1.1\r\nHost: here\r\nX-Correlation-Id: ${id}\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(head, () => resolve()));
      socket.destroy();
    }
    const recorded = (): string[] => lines().map(({ correlation_id: id }) => id);
    const giveUpAt = performance.now() + 5_000;
    while (recorded().length < ids.length && performance.now() < giveUpAt) await sleep(20);
    expect(recorded().sort()).toEqual(ids.sort());
  });

  it('goes on over a restart, and its head is a metric', async () => {
    const first = await start();
    await write(first).expect(201);
    await running.pop()?.close();
    const second = await start();
    await read(second).expect(404);
    const { text } = await second.http.get('/metrics');
    expect(text).toMatch(/^secrets_audit_head_seq\{hash="sha256:[\da-f]{64}"\} 1$/m);
    expect(text).toMatch(/^secrets_audit_file_usable 1$/m);
    expect(await verifyTrail([file])).toMatchObject({ fault: undefined, lines: 2 });
  });

  it('gives nothing out and changes nothing while its folder is gone, and goes on by itself', async () => {
    const app = await start();
    await write(app).expect(201);
    rmSync(folder, { recursive: true });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const startedAt = performance.now();
      const { body, text, headers } = await read(app).expect(503);
      expect(performance.now() - startedAt).toBeLessThan(WITHIN_MS);
      expect(body).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
      expect(headers['retry-after']).toBe('1');
      expect(text).not.toContain(VALUE);
    }
    await write(app, 'another').expect(503);
    expect(readFileSync(app.yamlPath, 'utf8')).toContain(VALUE);
    const ready = await app.http.get('/health/ready').expect(503);
    expect(ready.body).toMatchObject({ status: 'unavailable', audit: { status: 'unavailable' } });
    mkdirSync(folder);
    expect(await statusWithin(app, 200, 5_000)).toBe(200);
    // The folder came back empty: the chain goes on where it stood.
    expect(lines()[0]?.seq).toBe(2);
  });

  it('is done without where best effort is enough: counted, and 200', async () => {
    const app = await start({ AUDIT_MODE: 'best_effort' });
    await write(app).expect(201);
    rmSync(folder, { recursive: true });
    await read(app).expect(200);
    await read(app).expect(200);
    const { text } = await app.http.get('/metrics');
    expect(text).toMatch(/^secrets_audit_records_total\{outcome="failed"\} 2$/m);
    expect(text).toMatch(/^secrets_audit_file_usable 0$/m);
    const ready = await app.http.get('/health/ready').expect(200);
    expect(ready.body).toMatchObject({ status: 'ok', audit: { status: 'unavailable' } });
  });

  it('does not make callers wait for a sink that never answers, and comes back when it does', async () => {
    const app = await start();
    await write(app).expect(201);
    let answer: (() => void) | undefined;
    const silent = (): unknown => new Promise<void>((resolve) => (answer = resolve));
    app.app.get(EventEmitter2).on('audit.record', silent, { promisify: true });
    const startedAt = performance.now();
    const first = await read(app).expect(503);
    expect(performance.now() - startedAt).toBeLessThan(WITHIN_MS);
    expect(first.body).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    const again = performance.now();
    await Promise.all(Array.from({ length: 5 }, () => read(app).expect(503)));
    expect(performance.now() - again).toBeLessThan(PATIENCE_MS);
    await write(app, 'another').expect(503);
    expect(readFileSync(app.yamlPath, 'utf8')).toContain(VALUE);
    app.app.get(EventEmitter2).off('audit.record', silent);
    answer?.();
    expect(await statusWithin(app, 200, 1_000)).toBe(200);
  });

  it('stops the start where it cannot be opened and is required', async () => {
    rmSync(folder, { recursive: true });
    await expect(start()).rejects.toThrow(/AUDIT_FILE holds ".*", which cannot be opened/);
    const { http } = await start({ AUDIT_MODE: 'best_effort' });
    await http.get('/api/secrets/value').query({ uri: URI }).expect(404);
  });

  it('stops the start where it is somebody else’s', async () => {
    writeFileSync(file, 'a: 1\nb: 2\n');
    await expect(start()).rejects.toThrow('none of an audit trail');
  });

  it('has one writer: a second service does not start, whatever its mode', async () => {
    await start();
    await expect(start()).rejects.toThrow('another process writes it');
    await expect(start({ AUDIT_MODE: 'best_effort' })).rejects.toThrow('another process writes it');
  });

  async function statusWithin(app: RunningApp, wanted: number, timeoutMs: number): Promise<number> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const { status } = await read(app);
      if (status === wanted || performance.now() > giveUpAt) return status;
      await sleep(50);
    }
  }
});
