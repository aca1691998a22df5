import { jest } from '@jest/globals';
import { TestIssuer } from '../../support/oidc-provider/test-issuer.js';
import { authParts, outcomeOf } from './auth-parts.js';
import type { AuthParts } from './auth-parts.js';

describe('verified tokens', () => {
  let issuer: TestIssuer;
  let parts: AuthParts;
  let verifications: jest.SpiedFunction<AuthParts['verifier']['verify']>;

  beforeEach(async () => {
    issuer = await TestIssuer.start();
    parts = authParts(issuer.env);
    await parts.keys.refresh();
    verifications = jest.spyOn(parts.verifier, 'verify');
  });
  afterEach(async () => {
    jest.useRealTimers();
    await issuer.close();
  });

  const read = async (token: string): Promise<string> => outcomeOf(parts.tokens.read(token));

  it('have their signature verified once', async () => {
    const token = await issuer.sign();
    const [first, second] = [await parts.tokens.read(token), await parts.tokens.read(token)];
    expect(second).toBe(first);
    expect(verifications).toHaveBeenCalledTimes(1);
    expect(parts.tokens.size).toBe(1);
  });

  it('are told apart by every character', async () => {
    const token = await issuer.sign();
    expect(await read(token)).toBe('accepted');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const other = await issuer.sign({ sub: 'root' });
    const forged = [header, other.split('.')[1] ?? '', signature].join('.');
    expect(await read(forged)).toBe('INVALID_TOKEN');
    expect(await read(`${token} `)).toBe('INVALID_TOKEN');
    expect(await read([header, payload, `${signature}A`].join('.'))).toBe('INVALID_TOKEN');
    expect(parts.tokens.size).toBe(1);
  });

  it('end with their time, to the second', async () => {
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1_000) + 60 });
    expect(await read(token)).toBe('accepted');
    jest.useFakeTimers({ now: Date.now() + 58_000, doNotFake: ['nextTick', 'setImmediate', 'performance'] });
    expect(await read(token)).toBe('accepted');
    jest.setSystemTime(Date.now() + 2_000);
    expect(await read(token)).toBe('INVALID_TOKEN');
    expect(parts.tokens.size).toBe(0);
  });

  it('end when their key is withdrawn, from the next refresh on', async () => {
    const [old] = issuer.keys;
    const token = await issuer.sign();
    expect(await read(token)).toBe('accepted');
    await issuer.addKey('ES256');
    issuer.withdraw(old?.kid ?? '');
    expect(await read(token)).toBe('accepted');
    await parts.keys.refresh();
    expect(await read(token)).toBe('INVALID_TOKEN');
    expect(await read(await issuer.sign())).toBe('accepted');
  });

  it('end when another key is published under the name of theirs', async () => {
    const token = await issuer.sign();
    expect(await read(token)).toBe('accepted');
    const [{ kid = '' } = {}] = issuer.keys;
    issuer.withdraw(kid);
    await issuer.addKey('ES256', kid);
    await parts.keys.refresh();
    expect(await read(token)).toBe('INVALID_TOKEN');
  });

  it('are verified anew when a key is added, and not when the same keys are fetched again', async () => {
    const token = await issuer.sign();
    await read(token);
    await parts.keys.refresh();
    await read(token);
    expect(verifications).toHaveBeenCalledTimes(1);
    await issuer.addKey('ES256');
    await parts.keys.refresh();
    expect(await read(token)).toBe('accepted');
    expect(verifications).toHaveBeenCalledTimes(2);
  });

  it('stay valid while the issuer is away', async () => {
    const token = await issuer.sign();
    await read(token);
    await issuer.close();
    await parts.keys.refresh();
    expect(await read(token)).toBe('accepted');
    expect(await read(await issuer.sign())).toBe('accepted');
  });

  it('are bounded, and the one used longest ago goes first', async () => {
    const token = await parts.tokens.read(await issuer.sign());
    verifications.mockImplementation(() => Promise.resolve(token));
    for (let index = 0; index < 5_000; index += 1) await parts.tokens.read(`token-${index}`);
    await parts.tokens.read('token-0');
    await parts.tokens.read('one-more');
    expect(parts.tokens.size).toBe(5_000);
    verifications.mockClear();
    await parts.tokens.read('token-0');
    expect(verifications).toHaveBeenCalledTimes(0);
    await parts.tokens.read('token-1');
    expect(verifications).toHaveBeenCalledTimes(1);
  });

  it('are not remembered when they are refused', async () => {
    const token = await issuer.sign({ aud: 'other' });
    expect([await read(token), await read(token)]).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
    expect(verifications).toHaveBeenCalledTimes(2);
    expect(parts.tokens.size).toBe(0);
  });
});
