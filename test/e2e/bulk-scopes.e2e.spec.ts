import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/bulk/scopes';

/** Each operation of a bulk needs the scope that it would need alone. */
describe('the scopes of a bulk', () => {
  let issuer: TestIssuer;
  let running: RunningApp;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({ ...issuer.env, SECRETS_ENFORCE_SCOPES: 'true' });
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  const OPERATIONS = [
    { op: 'set', uri: URI, value: { k: 1 } },
    { op: 'rotate', uri: URI, value: { k: 2 } },
    { op: 'delete', uri: URI },
    { op: 'destroy', uri: URI, all: true },
  ];

  const codesWith = async (scope: string): Promise<(string | undefined)[]> => {
    const { body } = await running.http
      .post('/api/secrets/bulk')
      .set('Authorization', `Bearer ${await issuer.sign({ scope })}`)
      .send({ operations: OPERATIONS })
      .expect(200);
    return (body as { results: { code?: string }[] }).results.map(({ code }) => code);
  };

  it.each([
    ['secrets.read', [true, true, true, true]],
    ['secrets.write', [false, true, true, true]],
    ['secrets.write secrets.rotate', [false, false, true, true]],
    ['secrets.write secrets.rotate secrets.delete', [false, false, false, true]],
  ])('with %s', async (scope, areRefused) => {
    const codes = await codesWith(scope);
    expect(codes.map((code) => code === 'INSUFFICIENT_SCOPE')).toEqual(areRefused);
  });

  it('are told in the records, with the caller', async () => {
    const before = running.records.length;
    await codesWith('secrets.read');
    const seen = running.records.slice(before);
    expect(seen).toHaveLength(OPERATIONS.length);
    expect(
      seen.every(
        ({ effect, code, subject }) =>
          effect === 'deny' && code === 'INSUFFICIENT_SCOPE' && subject === 'user-1',
      ),
    ).toBe(true);
  });
});
