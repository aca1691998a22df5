import { VaultService } from '../../src/application/vault.service.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const URI = 'yaml://secret/app/api';

/** Application code inside this process reads a secret, through the same enforcement point as a request. */
describe('VaultService.getCredentials', () => {
  let running: RunningApp;
  let vault: VaultService;

  beforeAll(async () => {
    running = await createApp();
    vault = running.app.get(VaultService, { strict: false });
    await running.http
      .post('/api/secrets')
      .send({ uri: URI, value: { token: 'x' } })
      .expect(201);
  });
  afterAll(() => running.close());

  it('reads a secret or one key of it, sealed until it is opened', async () => {
    const whole = await vault.getCredentials({ uri: URI, subject: 'billing' });
    expect(whole.value.open()).toEqual({ token: 'x' });
    expect(JSON.stringify(whole)).not.toContain('"x"');
    const key = await vault.getCredentials({ uri: `${URI}#token`, subject: 'billing' });
    expect(key.value.open()).toBe('x');
  });

  it('is recorded under the subject that asked', async () => {
    await vault.getCredentials({
      uri: URI,
      subject: 'billing',
      clientId: 'billing-job',
      correlationId: 'job-7',
    });
    expect(running.records.at(-1)).toMatchObject({
      event: 'secret.read',
      subject: 'billing',
      client_id: 'billing-job',
      purpose: 'read',
      effect: 'permit',
      code: null,
      correlation_id: 'job-7',
    });
  });

  it.each([
    ['yaml://secret/app/none', 'SECRET_NOT_FOUND', 'permit'],
    [`${URI}#none`, 'FRAGMENT_NOT_FOUND', 'permit'],
    ['yaml://other/app/api', 'TENANT_MOUNT_MISMATCH', 'deny'],
    ['openbao+kv2://secret/app/api', 'PROVIDER_NOT_CONFIGURED', 'error'],
    ['nonsense', 'INVALID_URI', 'error'],
  ])('refuses and records %s: %s', async (uri, code, effect) => {
    await expect(vault.getCredentials({ uri, subject: 'billing' })).rejects.toMatchObject({ code });
    expect(running.records.at(-1)).toMatchObject({ event: 'secret.read', subject: 'billing', effect, code });
  });
});
