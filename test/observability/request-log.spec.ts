import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const CANARY = 'CANARY2b9c';
const URI = `yaml://secret/${CANARY}app/api`;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const [INFO, WARN] = [30, 40];

type Line = Readonly<Record<string, unknown>>;

/** What the service writes about requests. */
describe('the log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-log-'));
  const started: ServiceProcess[] = [];

  beforeAll(() => buildService(), 120_000);
  afterEach(() => {
    for (const service of started.splice(0)) service.kill('SIGKILL');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (env: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
    const yaml = join(mkdtempSync(join(folder, 's-')), 'secrets.yaml');
    const service = await startService({ LOG_LEVEL: 'info', YAML_VAULT_PATH: yaml, ...env });
    started.push(service);
    return service;
  };
  const send = (
    service: ServiceProcess,
    id: string,
    [method, path, body]: readonly [string, string, unknown?],
  ): Promise<Response> =>
    fetch(`${service.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-correlation-id': id,
        traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  /** Ends the service, which brings out what is in the buffer, and gives the lines that are about requests. */
  const linesOf = async (service: ServiceProcess): Promise<readonly Line[]> => {
    service.kill('SIGTERM');
    await service.exited;
    const lines = service.output().split('\n');
    return lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => 'correlation_id' in line);
  };
  const value = `/api/secrets/value?uri=${encodeURIComponent(URI)}`;

  it('has one line a request, with how it ended and where to find it elsewhere', async () => {
    const service = await start({});
    const calls = {
      write: ['POST', '/api/secrets', { uri: URI, value: { [`${CANARY}key`]: `${CANARY}value` } }],
      read: ['GET', value],
      missing: ['GET', `${value}none`],
      copy: ['POST', '/api/secrets/copy', { fromUri: URI, toUri: `${URI}2` }],
      malformed: ['GET', '/api/secrets/value?verison=1'],
      bulk: [
        'POST',
        '/api/secrets/bulk',
        {
          operations: ['a', 'b', 'c'].map((name) => ({
            op: 'delete',
            uri: `yaml://secret/${CANARY}${name}`,
          })),
        },
      ],
    } as const;
    for (const [id, call] of Object.entries(calls)) await send(service, id, call);
    const lines = await linesOf(service);
    expect(lines.map((line) => line['correlation_id'])).toEqual(Object.keys(calls));
    expect(lines.map(({ method, route, status, level }) => [method, route, status, level])).toEqual([
      ['POST', '/api/secrets', 201, INFO],
      ['GET', '/api/secrets/value', 200, INFO],
      ['GET', '/api/secrets/value', 404, INFO],
      ['POST', '/api/secrets/copy', 201, INFO],
      ['GET', '/api/secrets/value', 400, INFO],
      ['POST', '/api/secrets/bulk', 200, INFO],
    ]);
    expect(lines[1]).toEqual({
      level: INFO,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      method: 'GET',
      route: '/api/secrets/value',
      status: 200,
      duration_ms: expect.any(Number),
      correlation_id: 'read',
      trace_id: TRACE_ID,
      audit_id: expect.any(String),
      event: 'secret.read',
      subject: 'anonymous',
      client_id: null,
      tenant_id: 'dev',
      purpose: 'read',
      effect: 'permit',
      resource_ref: expect.any(String),
      decision_id: expect.stringMatching(/^unenforced-/),
      provider: 'yaml',
      version: null,
      code: null,
      cnf: null,
      msg: 'GET /api/secrets/value 200',
    });
    expect(lines[2]).toMatchObject({ effect: 'permit', code: 'SECRET_NOT_FOUND' });
    expect(lines[5]).toMatchObject({ subject: 'anonymous', tenant_id: 'dev' });
    expect(lines.every(({ duration_ms }) => Number(duration_ms) > 0)).toBe(true);
    expect(service.output()).not.toContain(CANARY);
  });

  it('has no line for probes, scrapes, pages and misses', async () => {
    const service = await start({});
    for (const path of ['/health/live', '/health/ready', '/metrics', '/api/openapi.json', `/${CANARY}`]) {
      await send(service, 'other', ['GET', path]);
    }
    expect(await linesOf(service)).toEqual([]);
  });

  it('has them, and the audit records, for those who look closer', async () => {
    const service = await start({ LOG_LEVEL: 'debug' });
    await send(service, 'probe', ['GET', '/health/live']);
    await send(service, 'miss', ['GET', `/${CANARY}`]);
    await send(service, 'read', ['GET', value]);
    const lines = await linesOf(service);
    expect(lines.map(({ correlation_id, msg }) => [correlation_id, msg])).toEqual([
      ['probe', 'GET /health/live 200'],
      ['miss', 'GET none 404'],
      ['read', 'audit secret.read permit SECRET_NOT_FOUND'],
      ['read', 'GET /api/secrets/value 404'],
    ]);
    expect(service.output()).not.toContain(CANARY);
  });

  it('warns of what failed, and under LOG_LEVEL=warn has nothing else', async () => {
    const service = await start({ LOG_LEVEL: 'warn', YAML_VAULT_PATH: join(folder, 'broken.yaml') });
    await send(service, 'fine', ['GET', value]);
    writeFileSync(join(folder, 'broken.yaml'), `${CANARY}: [`);
    for (let status = 0, end = Date.now() + 10_000; status !== 502 && Date.now() < end; await sleep(50))
      ({ status } = await send(service, 'failed', ['GET', value]));
    const lines = await linesOf(service);
    expect(lines).toEqual([
      expect.objectContaining({ level: WARN, status: 502, code: 'PROVIDER_ERROR', correlation_id: 'failed' }),
    ]);
    expect(service.output()).not.toContain(CANARY);
  });

  it('keeps every record, before its answer, where records are required and nothing else keeps them', async () => {
    const service = await start({ AUDIT_MODE: 'required' });
    const operations = ['a', 'b'].map((name) => ({ op: 'delete', uri: `yaml://secret/${name}` }));
    await send(service, 'bulk', ['POST', '/api/secrets/bulk', { operations }]);
    const lines = await linesOf(service);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'audit secret.delete permit SECRET_NOT_FOUND',
      'audit secret.delete permit SECRET_NOT_FOUND',
      'POST /api/secrets/bulk 200',
    ]);
  });
});
