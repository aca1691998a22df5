import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { readEvents } from '../support/event-reader.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

/** Two teams behind one service watch the trail. */
describe('the audit trail of two tenants', () => {
  let issuer: TestIssuer;
  let running: RunningApp;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({
      ...issuer.env,
      SECRETS_ENFORCE_SCOPES: 'true',
      TENANT_CLAIM: 'tenant',
      TENANT_ALLOWED_MOUNTS: 'a:team-a;b:team-b',
    });
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  const bearer = async (claims: Record<string, string>): Promise<Record<string, string>> => ({
    Authorization: `Bearer ${await issuer.sign({ scope: 'secrets.read secrets.read_metadata', ...claims })}`,
  });
  const read = async (tenant: string): Promise<void> => {
    const uri = `yaml://team-${tenant}/app`;
    const call = running.http
      .get('/api/secrets/value')
      .query({ uri })
      .set('X-Correlation-Id', `of-${tenant}`);
    await call.set(await bearer({ tenant })).expect(404);
  };

  it('shows each tenant its own records, as pages and as a stream', async () => {
    const headers = await bearer({ tenant: 'a' });
    const reader = await readEvents(`${running.url}/api/secrets/events`, headers);
    for (const tenant of ['b', 'a', 'b', 'a']) await read(tenant);
    const events = await reader.waitFor(2);
    reader.close();
    const streamed = events.map(({ data }) => (JSON.parse(data) as AuditRecord).correlation_id);
    expect(streamed).toEqual(['of-a', 'of-a']);
    const { body } = await running.http.get('/api/secrets/audit').set(headers).expect(200);
    const { items } = body as { items: AuditRecord[] };
    expect(items.map(({ event, tenant_id }) => [event, tenant_id])).toEqual([
      ['secret.read', 'a'],
      ['secret.read', 'a'],
      ['audit.stream', 'a'],
    ]);
  });

  it.each([
    ['names no tenant', {}],
    ['names one that is not listed', { tenant: 'c' }],
  ])('shows nothing to a token that %s', async (_what, claims) => {
    for (const path of ['/api/secrets/audit', '/api/secrets/events']) {
      const { body } = await running.http
        .get(path)
        .set(await bearer(claims))
        .expect(400);
      expect(body).toMatchObject({ code: 'TENANT_MOUNT_MISMATCH' });
    }
  });

  it('needs a token with the scope of metadata', async () => {
    for (const path of ['/api/secrets/audit', '/api/secrets/events']) {
      await running.http.get(path).expect(401);
      const headers = await bearer({ tenant: 'a', scope: 'secrets.read' });
      const { body } = await running.http.get(path).set(headers).expect(403);
      expect(body).toMatchObject({ code: 'INSUFFICIENT_SCOPE' });
    }
    expect(running.records.slice(-2)).toMatchObject([
      { event: 'audit.stream', effect: 'deny', code: 'UNAUTHENTICATED', subject: null },
      { event: 'audit.stream', effect: 'deny', code: 'INSUFFICIENT_SCOPE', tenant_id: 'a' },
    ]);
  });
});
