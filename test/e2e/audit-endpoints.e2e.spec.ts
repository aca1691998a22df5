import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { readEvents } from '../support/event-reader.js';
import type { EventReader } from '../support/event-reader.js';

const URI = 'yaml://secret/app/api#token';
const VALUE = 'canary-5cd1f0';

interface Page {
  readonly items: (AuditRecord & { uri?: string })[];
  readonly next_cursor: string | null;
}

/** A developer watches what happens. */
describe('/api/secrets/audit', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await createApp({ AUDIT_BUFFER_SIZE: '20' });
    await running.http.post('/api/secrets').send({ uri: URI, value: VALUE }).expect(201);
  });
  afterAll(() => running.close());

  const read = (correlationId: string) =>
    running.http.get('/api/secrets/value').query({ uri: URI }).set('X-Correlation-Id', correlationId);
  const page = async (query: object = {}): Promise<Page> =>
    (await running.http.get('/api/secrets/audit').query(query).expect(200)).body as Page;

  it('tells what happened, newest first, without a value or an address', async () => {
    await read('first').expect(200);
    await running.http.get('/api/secrets/value').query({ uri: 'yaml://secret/none' }).expect(404);
    const { items, next_cursor } = await page();
    expect(next_cursor).toBeNull();
    expect(items.slice(0, 2)).toMatchObject([
      { event: 'secret.read', effect: 'permit', code: 'SECRET_NOT_FOUND' },
      { event: 'secret.read', effect: 'permit', code: null, correlation_id: 'first' },
    ]);
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(
      [
        ...['id', 'time', 'event', 'subject', 'client_id', 'tenant_id', 'purpose', 'effect', 'resource_ref'],
        ...['decision_id', 'provider', 'version', 'code', 'correlation_id', 'trace_id', 'cnf'],
      ].sort(),
    );
    const text = JSON.stringify(items);
    for (const hidden of [VALUE, 'app/api', 'token']) expect(text).not.toContain(hidden);
  });

  it('has a record of being read', async () => {
    await page();
    const { items } = await page({ limit: 1 });
    expect(items).toMatchObject([
      {
        event: 'audit.read',
        purpose: 'read_metadata',
        effect: 'permit',
        resource_ref: null,
        provider: null,
        subject: 'anonymous',
      },
    ]);
  });

  it('goes back page by page to the oldest record that is kept', async () => {
    for (let call = 0; call < 30; call += 1) await read(`call-${call}`).expect(200);
    const first = await page({ limit: 7 });
    const second = await page({ limit: 7, cursor: first.next_cursor });
    expect(first.items.map((item) => item.correlation_id)).toEqual(
      Array.from({ length: 7 }, (_, index) => `call-${29 - index}`),
    );
    expect(second.items[0]?.correlation_id).toBe('call-22');
    // Two reads of the trail are in it by now, and 20 records are all that it holds.
    const third = await page({ limit: 1000, cursor: second.next_cursor });
    expect(third.items.map((item) => item.correlation_id)).toEqual([
      'call-15',
      'call-14',
      'call-13',
      'call-12',
    ]);
    expect(third.next_cursor).toBeNull();
  });

  it.each([
    { limit: '0' },
    { limit: '1001' },
    { limit: 'ten' },
    { cursor: 'made-up' },
    { cursor: '5f0f6d57-8a55-4d0a-9a0b-0a3c0f6e1f0e.1' },
  ])('refuses %j', async (query) => {
    const { body } = await running.http.get('/api/secrets/audit').query(query).expect(400);
    expect(body).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('refuses a parameter that it does not know', async () => {
    const { body } = await running.http.get('/api/secrets/audit?offset=1').expect(400);
    expect(body).toMatchObject({ code: 'AMBIGUOUS_QUERY' });
  });

  it('shows the address where that is asked for, and nowhere but here', async () => {
    const open = await createApp({ AUDIT_SHOW_URI: 'true' });
    try {
      await open.http.get('/api/secrets/value').query({ uri: URI }).expect(404);
      const { body } = await open.http.get('/api/secrets/audit').expect(200);
      expect((body as Page).items[0]?.uri).toBe(URI);
      expect(JSON.stringify(open.records)).not.toContain('app/api');
    } finally {
      await open.close();
    }
  });
});

describe('/api/secrets/events', () => {
  let running: RunningApp;
  const readers: EventReader[] = [];
  beforeEach(async () => {
    running = await createApp({ AUDIT_BUFFER_SIZE: '10', AUDIT_SSE_MAX: '3' });
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    await running.close();
  });

  const call = (correlationId: string) =>
    running.http
      .get('/api/secrets/value')
      .query({ uri: URI })
      .set('X-Correlation-Id', correlationId)
      .expect(404);
  async function follow(headers: Record<string, string> = {}): Promise<EventReader> {
    const reader = await readEvents(`${running.url}/api/secrets/events`, headers);
    readers.push(reader);
    return reader;
  }
  const correlationIds = (reader: EventReader): unknown[] =>
    reader.events.map(({ data }) => (JSON.parse(data) as AuditRecord).correlation_id);

  it('tells each record as one line of JSON, under the id of the record', async () => {
    const reader = await follow();
    expect([reader.status, reader.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(reader.headers.get('cache-control')).toBe('no-store');
    await call('one');
    const [event] = await reader.waitFor(1);
    const record = JSON.parse(event?.data ?? '') as AuditRecord;
    expect(record).toEqual(running.records.at(-1));
    expect(event).toMatchObject({ id: record.id, event: 'message' });
  });

  it('has its own record before the answer begins, and does not tell it to itself', async () => {
    const reader = await follow();
    expect(running.records).toMatchObject([{ event: 'audit.stream', effect: 'permit', code: null }]);
    await call('one');
    await reader.waitFor(1);
    expect(correlationIds(reader)).toEqual(['one']);
  });

  it('goes on behind the last event of a reader that comes back', async () => {
    const reader = await follow();
    for (const id of ['one', 'two', 'three']) await call(id);
    const [first] = await reader.waitFor(3);
    reader.close();
    await call('four');
    const again = await follow({ 'Last-Event-ID': first?.id ?? '' });
    await again.waitFor(4);
    expect(correlationIds(again).slice(0, 3)).toEqual(['two', 'three', 'four']);
    expect(again.text()).not.toContain('event: gap');
  });

  it('tells of the gap where what was missed is gone, once', async () => {
    const reader = await follow();
    await call('one');
    const [event] = await reader.waitFor(1);
    reader.close();
    for (let missed = 0; missed < 15; missed += 1) await call(`missed-${missed}`);
    const again = await follow({ 'Last-Event-ID': event?.id ?? '' });
    const [gap] = await again.waitFor(11);
    expect(gap).toMatchObject({ event: 'gap', data: '{"missed":null}' });
    again.close();
    const third = await follow({ 'Last-Event-ID': gap?.id ?? '' });
    await third.waitFor(1);
    expect(third.events.filter(({ event: name }) => name === 'gap')).toMatchObject([
      { data: '{"missed":1}' },
    ]);
    expect(gap?.id).not.toBe(third.events[0]?.id);
  });

  it('takes no more readers than it may, and has room again when one leaves', async () => {
    const all = [await follow(), await follow(), await follow()];
    const { body, headers } = await running.http.get('/api/secrets/events').expect(503);
    expect(body).toMatchObject({ code: 'OVERLOADED' });
    expect(headers['retry-after']).toBe('1');
    all[0]?.close();
    let status = 503;
    for (let attempt = 0; status === 503 && attempt < 100; attempt += 1) status = (await follow()).status;
    expect(status).toBe(200);
    const { text } = await running.http.get('/metrics');
    expect(text).toMatch(/^secrets_audit_streams 3$/m);
  });

  it('never slows a call for readers that take nothing', async () => {
    const { hostname, port } = new URL(running.url);
    const stuck = Array.from({ length: 3 }, () => connect(Number(port), hostname).pause());
    for (const socket of stuck) socket.write('GET /api/secrets/events HTTP/1.1\r\nHost: here\r\n\r\n');
    while (running.records.length < stuck.length) await sleep(5);
    const startedAt = performance.now();
    for (let index = 0; index < 100; index += 1) await call(`call-${index}`);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const socket of stuck) socket.destroy();
  });

  it('answers HEAD and is done', async () => {
    await running.http.head('/api/secrets/events').expect(200).expect('Content-Type', 'text/event-stream');
    const { text } = await running.http.get('/metrics');
    expect(text).toMatch(/^secrets_audit_streams 0$/m);
  });

  it('ends when the service does, as a whole answer', async () => {
    const reader = await follow();
    await running.app.close();
    expect(await reader.ended).toBe('end');
  });
});

describe('who may watch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-policies-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['/api/secrets/audit', '/api/secrets/events'])(
    'is nobody outside dev and test: %s',
    async (path) => {
      const running = await createApp({ ENVIRONMENT: 'production', TENANT_SALT: 'salt of this test' });
      try {
        const { body } = await running.http.get(path).expect(404);
        expect(body).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
      } finally {
        await running.close();
      }
      const open = await createApp({
        ENVIRONMENT: 'production',
        TENANT_SALT: 'salt of this test',
        SECRETS_DEV_ENDPOINTS: 'true',
      });
      try {
        const reader = await readEvents(open.url + path);
        expect(reader.status).toBe(200);
        reader.close();
      } finally {
        await open.close();
      }
    },
  );

  it('is said by the policy, which is asked about Audit::"events"', async () => {
    writeFileSync(
      join(folder, 'all.cedar'),
      `@id("secrets") permit (principal, action, resource) when { resource.mount == "secret" };`,
    );
    const denied = await createApp({
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'cedar',
      PDP_POLICY_DIR: folder,
    });
    try {
      for (const path of ['/api/secrets/audit', '/api/secrets/events']) {
        const { body } = await denied.http.get(path).expect(403);
        expect(body).toMatchObject({ code: 'SECRET_AUTHZ_FAILED', purpose: 'read_metadata' });
      }
      expect(denied.records.map(({ event, effect }) => [event, effect])).toEqual([
        ['audit.read', 'deny'],
        ['audit.stream', 'deny'],
      ]);
    } finally {
      await denied.close();
    }
    writeFileSync(
      join(folder, 'audit.cedar'),
      `@id("audit") permit (principal == User::"anonymous", action == Action::"read_metadata", resource == Audit::"events");`,
    );
    const permitted = await createApp({
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'cedar',
      PDP_POLICY_DIR: folder,
    });
    try {
      await permitted.http.get('/api/secrets/audit').expect(200);
    } finally {
      await permitted.close();
    }
  });
});
