import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const VALUE = '/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fapp%2Fapi';

describe('authentication by access tokens', () => {
  let issuer: TestIssuer;
  let running: RunningApp;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp(issuer.env);
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  it('lets a token of the issuer in', async () => {
    const answer = await running.http.get(VALUE).set('Authorization', `Bearer ${await issuer.sign()}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'SECRET_NOT_FOUND']);
    expect(running.records.at(-1)).toMatchObject({ subject: 'user-1', client_id: 'client-1' });
  });
});
