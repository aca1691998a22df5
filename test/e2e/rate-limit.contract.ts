import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const LIMIT = 20;
const URI = 'yaml://secret/app/none';

/** @param env what lets two services count together, undefined where there is one */
export function describeRateLimit(title: string, env: () => Record<string, string> | undefined): void {
  describe(title, () => {
    let issuer: TestIssuer;
    let services: RunningApp[];

    beforeAll(async () => {
      issuer = await TestIssuer.start();
      const shared = env();
      const settings = { RATE_LIMIT_PER_MINUTE: String(LIMIT), OIDC_ISSUER: issuer.url, ...shared };
      services = await Promise.all((shared === undefined ? [1] : [1, 2]).map(() => createApp(settings)));
    });
    afterAll(async () => {
      await Promise.all(services.map((service) => service.close()));
      await issuer.close();
    });

    const call = async (token: string | undefined, index = 0) => {
      const { http } = services[index % services.length] as RunningApp;
      const request = http.get('/api/secrets/value').query({ uri: URI });
      const { status, body, headers } = await (token === undefined
        ? request
        : request.set('Authorization', `Bearer ${token}`));
      return { status, code: (body as { code?: string }).code, retryAfter: Number(headers['retry-after']) };
    };
    const callMany = async (count: number, token: string | undefined) =>
      Promise.all(Array.from({ length: count }, (_, index) => call(token, index)));

    it('lets each caller have its share, and tells when there is more', async () => {
      const token = await issuer.sign({ sub: 'busy' });
      const answers = await callMany(LIMIT + 15, token);
      expect(answers.filter(({ status }) => status === 404)).toHaveLength(LIMIT);
      const refused = answers.filter(({ status }) => status !== 404);
      expect(new Set(refused.map(({ status, code }) => `${status} ${code}`))).toEqual(
        new Set(['429 RATE_LIMITED']),
      );
      for (const { retryAfter } of refused) {
        expect(retryAfter).toBeGreaterThanOrEqual(1);
        expect(retryAfter).toBeLessThanOrEqual(60);
      }
    });

    it('counts a caller whatever token it shows, and others for themselves', async () => {
      expect((await call(await issuer.sign({ sub: 'busy' }))).status).toBe(429);
      expect((await call(await issuer.sign({ sub: 'other' }))).status).toBe(404);
      expect((await call(await issuer.sign({ sub: 'busy', client_id: 'another' }))).status).toBe(404);
    });

    it('counts those without a token by their address', async () => {
      const answers = await callMany(LIMIT + 1, undefined);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    });

    it('refuses before the body is read, records it, and leaves the health alone', async () => {
      const [{ http, records }] = services as [RunningApp];
      const before = records.length;
      const answer = await http.post('/api/secrets').set('Content-Type', 'text/plain').send('no JSON');
      expect(answer.status).toBe(429);
      expect(records.slice(before)).toMatchObject([{ effect: 'error', code: 'RATE_LIMITED' }]);
      for (let count = 0; count < LIMIT + 1; count += 1) await http.get('/health/live').expect(200);
      const wrong = await http.get('/api/secrets/value').query({ uri: URI }).set('Authorization', 'Bearer x');
      expect(wrong.status).toBe(401);
    });
  });
}
