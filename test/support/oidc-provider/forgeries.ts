import {
  at,
  BASE64URL,
  decode,
  encode,
  partsOf,
  pick,
  signOwn,
  signShared,
  withPart,
} from './forgery-tools.js';
import type { Forgery } from './forgery-tools.js';

/** Every way to forge or to spoil a token, by name; each gives another text than a good token has. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  'one bit of the signature': ({ token }, random) =>
    withPart(token, 2, (part) => {
      const bytes = Buffer.from(part, 'base64url');
      const index = Math.floor(random() * bytes.length);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << Math.floor(random() * 8));
      return bytes.toString('base64url');
    }),
  'one bit of a letter': ({ token }, random) => {
    const index = at(random, token);
    const spoilt =
      BASE64URL[(BASE64URL.indexOf(token[index] ?? '') + 1 + Math.floor(random() * 62)) % 64] ?? 'A';
    return token.slice(0, index) + (spoilt === token[index] ? '.' : spoilt) + token.slice(index + 1);
  },
  'one letter less': ({ token }, random) => {
    const index = at(random, token);
    return token.slice(0, index) + token.slice(index + 1);
  },
  'one letter more': ({ token }, random) => {
    const index = at(random, token);
    return token.slice(0, index) + pick(random, [...BASE64URL]) + token.slice(index);
  },
  'two letters exchanged': ({ token }, random) => {
    for (;;) {
      const index = at(random, token.slice(1));
      const [a = '', b = ''] = [token[index], token[index + 1]];
      if (a !== b) return token.slice(0, index) + b + a + token.slice(index + 2);
    }
  },
  'cut off': ({ token }, random) => token.slice(0, at(random, token.slice(1)) + 1),
  'white space inside': ({ token }, random) => {
    const index = 1 + at(random, token.slice(2));
    return token.slice(0, index) + pick(random, [' ', '\t', '  ']) + token.slice(index);
  },
  padding: ({ token }, random) =>
    withPart(token, Math.floor(random() * 3), (part) => part + pick(random, ['=', '=='])),
  'other bits at the end of base64url': ({ token }, random) =>
    // 64 bytes of ES256 leave four bits over in the last letter.
    token.slice(0, -1) +
    (BASE64URL[BASE64URL.indexOf(token.at(-1) ?? '') + 1 + Math.floor(random() * 15)] ?? '='),
  'parts in another order': ({ token }, random) => {
    const [a, b, c] = partsOf(token);
    return pick(random, [
      [b, a, c],
      [c, b, a],
      [a, c, b],
      [b, c, a],
      [c, a, b],
    ]).join('.');
  },
  'more or fewer parts': ({ token }, random) =>
    pick(random, [
      `${token}.`,
      `.${token}`,
      `${token}.x`,
      `${token}.${token}`,
      token.split('.').slice(0, 2).join('.'),
      token.replace('.', '..'),
      `x.${token}`,
      '..',
      '.',
      'x',
    ]),
  'the signature of another token': ({ token, otherToken }, random) => {
    const [mine, other] = [partsOf(token), partsOf(otherToken)];
    return pick(random, [
      [mine[0], mine[1], other[2]],
      [other[0], mine[1], other[2]],
      [mine[0], other[1], mine[2]],
    ]).join('.');
  },
  'other claims under the same signature': ({ token }, random) =>
    withPart(token, 1, (part) =>
      encode({
        ...decode(part),
        ...pick<object>(random, [
          { sub: 'root' },
          { exp: 4e9 },
          { scope: 'secrets.destroy' },
          { groups: ['admins'] },
          { [`x${random()}`]: 1 },
        ]),
      }),
    ),
  'a claim twice under the same signature': ({ token }, random) =>
    withPart(token, 1, (part) =>
      encode(
        JSON.stringify(decode(part)).replace(
          '{',
          `{"${pick(random, ['sub', 'iss', 'scope', 'aud', 'exp'])}":"root",`,
        ),
      ),
    ),
  'a parameter twice in the header': ({ token }, random) =>
    withPart(token, 0, (part) =>
      encode(
        JSON.stringify(decode(part)).replace('{', `{"alg":"${pick(random, ['none', 'HS256', 'ES256'])}",`),
      ),
    ),
  'another algorithm under the same signature': ({ token }, random) =>
    withPart(token, 0, (part) =>
      encode({
        ...decode(part),
        alg: pick<unknown>(random, [
          'RS256',
          'PS256',
          'ES384',
          'ES512',
          'EdDSA',
          'HS256',
          'HS512',
          'ES256K',
          'es256',
          'A128KW',
          'dir',
          '',
          null,
          0,
          ['ES256'],
          { alg: 'ES256' },
        ]),
      }),
    ),
  'no algorithm': ({ token }, random) => {
    const [header, payload, signature] = partsOf(token);
    const none = encode({
      ...decode(header),
      alg: pick(random, ['none', 'None', 'NONE', 'nOnE', 'none ', undefined]),
    });
    const claims = encode({ ...decode(payload), sub: pick(random, ['root', 'victim']) });
    return `${none}.${claims}.${pick(random, ['', signature, 'AA'])}`;
  },
  'an empty signature': ({ token }, random) =>
    withPart(token, 2, () => pick(random, ['', 'A', 'AA', 'AAA', encode('\0'), encode('x')])),
  'a signature of zeros': ({ token }, random) =>
    withPart(token, 2, () => {
      const bytes = Buffer.alloc(64);
      if (random() < 0.5) bytes[random() < 0.5 ? 31 : 63] = 1;
      return bytes.toString('base64url');
    }),
  'a signature of another length': ({ token }, random) =>
    withPart(token, 2, (part) => {
      const bytes = Buffer.from(part, 'base64url');
      const zero = Buffer.alloc(1);
      return pick(random, [
        Buffer.concat([zero, bytes]),
        Buffer.concat([bytes, zero]),
        Buffer.concat([bytes, bytes]),
        bytes.subarray(0, 63),
        bytes.subarray(1),
      ]).toString('base64url');
    }),
  'a random signature': ({ token }, random) =>
    withPart(token, 2, () =>
      Buffer.from(Array.from({ length: 64 }, () => Math.floor(random() * 256))).toString('base64url'),
    ),
  'HS256 with the public key': (parts, random) => {
    const { publicPem, publicJwk } = parts;
    const der = Buffer.from(publicPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const secret = pick<string | Buffer>(random, [
      publicPem,
      publicPem.trim(),
      JSON.stringify(publicJwk),
      der,
      Buffer.from(publicJwk.x ?? '', 'base64url'),
      '',
      publicJwk.kid ?? '',
    ]);
    return signShared(parts, secret, random() < 0.5 ? { kid: publicJwk.kid } : {});
  },
  'a key in the header': (parts, random) => {
    const { ownJwk, issuerUrl, publicJwk } = parts;
    const kid = random() < 0.5 ? publicJwk.kid : 'own';
    return signOwn(
      parts,
      pick<object>(random, [
        { jwk: ownJwk, kid },
        { jwk: { ...ownJwk, kid: publicJwk.kid }, kid },
        { jku: `${issuerUrl}/evil-jwks`, kid },
        { jku: 'data:application/json,{}', kid },
        { x5u: `${issuerUrl}/evil.pem`, kid },
        { x5c: ['AAAA'], kid },
        { x5t: 'AAAA', kid },
        { jwk: ownJwk },
      ]),
    );
  },
  'tricks with kid': (parts, random) =>
    signOwn(parts, {
      kid: pick<unknown>(random, [
        parts.publicJwk.kid,
        '',
        '../../../../dev/null',
        "' OR 1=1 --",
        '/dev/null',
        null,
        0,
        {},
        [parts.publicJwk.kid],
        `${parts.publicJwk.kid} `,
        `${parts.publicJwk.kid}\0`,
        '__proto__',
        'constructor',
        '*',
        'x'.repeat(500),
        `kid-${random()}`,
        undefined,
      ]) as string,
    }),
  'a key of the attacker': (parts, random) =>
    signOwn(
      parts,
      { kid: parts.publicJwk.kid },
      pick<object>(random, [{}, { scope: 'secrets.destroy' }, { exp: 4e9 }, { aud: ['crud.secrets'] }]),
    ),
  'the signature in DER': ({ token }) =>
    withPart(token, 2, (part) => {
      const bytes = Buffer.from(part, 'base64url');
      const numbers = [bytes.subarray(0, 32), bytes.subarray(32)].map((number) => [0x02, 33, 0, ...number]);
      return Buffer.from([0x30, 70, ...numbers.flat()]).toString('base64url');
    }),
  'an extension that must be understood': ({ token }, random) =>
    withPart(token, 0, (part) =>
      encode({
        ...decode(part),
        ...pick<object>(random, [
          { crit: ['exp'], exp: 1 },
          { crit: [] },
          { crit: ['b64'], b64: false },
          { crit: ['alg'] },
          { crit: 'x' },
        ]),
      }),
    ),
  'another serialisation': ({ token }, random) => {
    const [header, payload, signature] = partsOf(token);
    return pick(random, [
      encode({ protected: header, payload, signature }),
      encode({ payload, signatures: [{ protected: header, signature }] }),
      encode(token),
      `${token},${token}`,
      Buffer.from(token).toString('hex'),
    ]);
  },
  encryption: ({ token }, random) =>
    pick(random, [
      `${encode({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' })}..AAAA.AAAA.AAAA`,
      `${encode({ alg: 'RSA-OAEP', enc: 'A128GCM' })}.AAAA.AAAA.AAAA.AAAA`,
      `${encode({ alg: 'PBES2-HS256+A128KW', p2c: 1e9, enc: 'A128GCM' })}.${token.split('.').slice(1).join('.')}.A.A`,
    ]),
  'a good signature on what is not for us': ({ issuer, issuerKey }, random) => {
    const [claims, header] = pick<[object, object]>(random, [
      [{ exp: Math.floor(Date.now() / 1_000) - 1 }, {}],
      [{ exp: undefined }, {}],
      [{ exp: '4000000000' }, {}],
      [{ nbf: 4e9 }, {}],
      [{ iat: 4e9 }, {}],
      [{ iss: `${issuer.url}/` }, {}],
      [{ iss: [issuer.url] }, {}],
      [{ aud: 'crud.secrets ' }, {}],
      [{ aud: ['other'] }, {}],
      [{ aud: { 0: 'crud.secrets' } }, {}],
      [{ sub: '' }, {}],
      [{ sub: undefined }, {}],
      [{ sub: ['root'] }, {}],
      [{ cnf: { kid: 'x' } }, {}],
      [{ cnf: null }, {}],
      [{}, { typ: undefined }],
      [{}, { typ: 'id+jwt' }],
      [{}, { typ: 'dpop+jwt' }],
      [{}, { typ: 'application/jwt' }],
    ]);
    return issuer.sign({ ...claims, jti: `forged-${random()}` }, header, issuerKey);
  },
};
