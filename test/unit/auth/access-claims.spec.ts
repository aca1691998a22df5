import { parseClaims } from '../../../src/auth/access-claims.js';
import { parseJson } from '../../../src/secrets/json.js';
import type { JsonObject } from '../../../src/secrets/json.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';

const THUMBPRINT = 'A'.repeat(43);
const NEEDED = { iss: 'https://idp.example', sub: 'user-1', exp: 2_000_000_000 };

/** As they come: the text of the claims is what the service reads. */
function parse(claims: object, tenantClaim?: string): ReturnType<typeof parseClaims> {
  return parseClaims(parseJson(JSON.stringify({ ...NEEDED, ...claims })) as JsonObject, tenantClaim);
}

function claimRefused(claims: object): string | undefined {
  try {
    parse(claims);
    return undefined;
  } catch (error) {
    if (!(error instanceof SecretError) || error.code !== 'INVALID_TOKEN') throw error;
    return /The claim (\S+) of/.exec(error.detail)?.[1];
  }
}

describe('the claims of an access token', () => {
  it('may be the three that are needed', () => {
    expect(parse({})).toEqual({
      issuer: 'https://idp.example',
      subject: 'user-1',
      clientId: undefined,
      audience: undefined,
      tokenId: undefined,
      scopes: new Set(),
      groups: [],
      roles: [],
      tenantId: undefined,
      expiresAtSeconds: 2_000_000_000,
      notBeforeSeconds: undefined,
      issuedAtSeconds: undefined,
      confirmation: undefined,
    });
  });

  it.each([
    [{ client_id: 'a', azp: 'b' }, 'a'],
    [{ azp: 'b' }, 'b'],
    [{}, undefined],
  ])('name the client by client_id, else azp: %j', (claims, clientId) => {
    expect(parse(claims).clientId).toBe(clientId);
  });

  it.each([
    [{ scope: 'a b  c' }, ['a', 'b', 'c']],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: 'a', scp: ['b', 'a'] }, ['a', 'b']],
    [{ scope: '' }, []],
    [{ scope: null, scp: { a: true } }, []],
    [{ scp: ['a', 1, null] }, ['a']],
    [{ scope: 'secrets.readx Secrets.read' }, ['secrets.readx', 'Secrets.read']],
  ])('give scopes from scope and scp together: %j', (claims, scopes) => {
    expect([...parse(claims).scopes]).toEqual(scopes);
  });

  it.each([
    [{ aud: 'a' }, ['a']],
    [{ aud: ['a', 'b'] }, ['a', 'b']],
    [{ aud: [] }, []],
  ])('know an audience from none: %j', (claims, audience) => {
    expect(parse(claims).audience).toEqual(audience);
  });

  it('keep groups and roles as they are', () => {
    const { groups, roles } = parse({ groups: ['/team/a', 'Ünïcode'], roles: 'one' });
    expect({ groups, roles }).toEqual({ groups: ['/team/a', 'Ünïcode'], roles: ['one'] });
  });

  it.each([
    [{ exp: 2_000_000_000.5 }, 2_000_000_000.5],
    [{ exp: 0 }, 0],
  ])('may have fractions of a second: %j', (claims, seconds) => {
    expect(parse(claims).expiresAtSeconds).toBe(seconds);
  });

  it('read numbers of every spelling', () => {
    const text = '{"iss":"i","sub":"s","exp":2.0e9,"nbf":1.0,"iat":9007199254740993}';
    expect(parseClaims(parseJson(text) as JsonObject, undefined)).toMatchObject({
      expiresAtSeconds: 2_000_000_000,
      notBeforeSeconds: 1,
      issuedAtSeconds: 9007199254740992,
    });
    const endless = '{"iss":"i","sub":"s","exp":1e999}';
    expect(() => parseClaims(parseJson(endless) as JsonObject, undefined)).toThrow(/exp/);
  });

  it.each([
    [{ tenant: 'a' }, 'a'],
    [{ tenant: '' }, undefined],
    [{ tenant: 5 }, undefined],
    [{ tenant: ['a'] }, undefined],
    [{}, undefined],
  ])('name the tenant where one is asked for: %j', (claims, tenantId) => {
    expect(parse(claims, 'tenant').tenantId).toBe(tenantId);
    expect(parse(claims).tenantId).toBeUndefined();
  });

  it.each(['toString', '__proto__', 'constructor'])('have no tenant by inheritance: %s', (name) => {
    expect(parse({}, name).tenantId).toBeUndefined();
  });

  it.each([
    [{ jkt: THUMBPRINT }, { jkt: THUMBPRINT, certificate: undefined }],
    [{ 'x5t#S256': THUMBPRINT }, { jkt: undefined, certificate: THUMBPRINT }],
    [
      { 'x5t#S256': THUMBPRINT, jkt: THUMBPRINT },
      { jkt: THUMBPRINT, certificate: THUMBPRINT },
    ],
  ])('say what the token is bound to: %j', (cnf, confirmation) => {
    expect(parse({ cnf }).confirmation).toEqual(confirmation);
  });

  it.each([
    null,
    {},
    [],
    'x',
    { jwk: {} },
    { kid: 'x' },
    { jkt: THUMBPRINT, kid: 'x' },
    { jkt: '' },
    { jkt: 'A'.repeat(42) },
    { jkt: `${'A'.repeat(43)}=` },
    { jkt: 5 },
    { JKT: THUMBPRINT },
    { 'x5t#S256': null },
    { x5t: THUMBPRINT },
  ])('are refused with a binding that is not understood: %j', (cnf) => {
    expect(claimRefused({ cnf })).toBe('cnf');
  });

  const WRONG_NAMES = [null, '', 5, true, {}, ['a'], 'a\u0000b', 'a\nb', 'x'.repeat(513), '\u202e'];
  it.each(
    ['iss', 'sub', 'client_id', 'azp', 'jti'].flatMap((name) =>
      WRONG_NAMES.map((value) => ({ [name]: value })),
    ),
  )('are refused with %j', (claims) => {
    expect(claimRefused(claims)).toBe(Object.keys(claims)[0]);
  });

  it.each(
    ['aud', 'groups', 'roles'].flatMap((name) =>
      [null, 5, {}, [5], ['a', null], [['a']]].map((value) => ({ [name]: value })),
    ),
  )('are refused with a list of other things: %j', (claims) => {
    expect(claimRefused(claims)).toBe(Object.keys(claims)[0]);
  });

  it.each(
    ['exp', 'nbf', 'iat'].flatMap((name) =>
      [null, '2000000000', true, {}, []].map((value) => ({ [name]: value })),
    ),
  )('are refused with a time that is none: %j', (claims) => {
    expect(claimRefused(claims)).toBe(Object.keys(claims)[0]);
  });

  it.each(['iss', 'sub', 'exp'])('are refused without %s', (name) => {
    expect(claimRefused({ [name]: undefined })).toBe(name);
  });
});
