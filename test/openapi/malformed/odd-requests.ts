import fc from 'fast-check';
import { breakAddress, breakContentType, breakFields, breakText } from './broken-bodies.js';
import type { DocumentedOperation } from './documented-operation.js';
import { toBytes, withHeader } from './draft.js';
import type { Draft } from './draft.js';
import { ADDRESSES, BROKEN_ADDRESSES, ODD_TEXTS } from './odd-values.js';

export interface OddRequest {
  readonly bytes: Buffer;
  /** What was done to a request that was well-formed. */
  readonly kind: string;
  /** It is malformed for certain: nothing may be done. */
  readonly mustFail: boolean;
  readonly isHead: boolean;
  /** Whether it has the method and path of its operation. */
  readonly meetsRoute: boolean;
  /** Texts of it that no answer may hold. */
  readonly canaries: readonly string[];
}

type Mutation = (draft: Draft, operation: DocumentedOperation, pick: Pick) => Draft | undefined;
export type Pick = <T>(values: readonly T[]) => T;

const isOnSecrets = ({ path }: DocumentedOperation): boolean => path.startsWith('/api/secrets');
const hasHeader = ({ parameters }: DocumentedOperation, name: string): boolean =>
  parameters.some((parameter) => parameter.name === name);
const queryOf = ({ parameters }: DocumentedOperation): string[] =>
  parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
const withParameter = (draft: Draft, name: string, value: string): Draft => ({
  ...draft,
  query: [...draft.query.filter(([other]) => other !== name), [name, value]],
});
/** A header that the operation knows, with something that it is not. */
const badHeader =
  (name: string, values: readonly string[]): Mutation =>
  (draft, operation, pick) =>
    hasHeader(operation, name) ? withHeader(draft, name, pick(values)) : undefined;
const badParameter =
  (name: string, values: readonly string[]): Mutation =>
  (draft, operation, pick) =>
    queryOf(operation).includes(name) ? withParameter(draft, name, pick(values)) : undefined;

const NO_COUNTS = [
  '',
  '0',
  '-1',
  '1.5',
  '1e2',
  'ten',
  '1001',
  '99999999999999999999',
  '%201',
  '1%00',
  '٣'.replace('٣', '%D9%A3'),
  'NaN',
  '0x1',
];

/** Each makes a request malformed for certain, or does not apply (undefined). */
const MALFORMED: Readonly<Record<string, Mutation>> = {
  'an unknown parameter': (draft, operation, pick) =>
    isOnSecrets(operation)
      ? withParameter(draft, pick(['verison', 'URI', '__proto__', 'uri[]', '%00', 'constructor']), '1')
      : undefined,
  'a parameter twice': (draft, _operation, pick) =>
    draft.query.length === 0 ? undefined : { ...draft, query: [...draft.query, pick(draft.query)] },
  'a missing parameter': (draft, operation) => {
    const required = operation.parameters.find((parameter) => parameter.required === true)?.name;
    return required === undefined
      ? undefined
      : { ...draft, query: draft.query.filter(([name]) => name !== required) };
  },
  'a token in the query': (draft, operation) =>
    isOnSecrets(operation) ? withParameter(draft, 'access_token', 'canary-token') : undefined,
  'a broken percent-encoding': (draft, operation, pick) =>
    isOnSecrets(operation)
      ? withParameter(
          draft,
          pick(queryOf(operation).concat('x')),
          pick(['%', '%2', '%zz', '%ff', '%c3%28', '%ed%a0%80']),
        )
      : undefined,
  'a broken address': (draft, operation, pick) => {
    const name = queryOf(operation).find((parameter) => parameter === 'uri');
    return name === undefined
      ? undefined
      : withParameter(draft, name, encodeURIComponent(pick(BROKEN_ADDRESSES)));
  },
  'a broken version': badParameter(
    'version',
    NO_COUNTS.filter((text) => text !== '1001'),
  ),
  'a broken limit': badParameter('limit', NO_COUNTS),
  'a broken offset': badParameter(
    'offset',
    NO_COUNTS.filter((text) => text !== '0' && text !== '1001'),
  ),
  'a broken cursor': badParameter('cursor', ['x', '%00', 'e30', 'bnVsbA', 'W10']),
  'a broken destroy': badParameter('destroy', ['', '1', 'TRUE', 'yes', 'null', 'true%20']),
  'a broken If-Match': badHeader('If-Match', [
    '*',
    '1',
    'W/"1"',
    '"1", "2"',
    '"0"',
    '"-1"',
    '"01"',
    '"x"',
    '""',
    '"',
  ]),
  'a broken If-None-Match': badHeader('If-None-Match', ['"1"', 'x', '**', '*, *', 'W/"1"']),
  'a broken Idempotency-Key': badHeader('Idempotency-Key', ['', 'x'.repeat(256), '\xe9', 'a\tb']),
  'another method': (draft, operation, pick) => ({
    ...draft,
    method: pick(
      ['PUT', 'PATCH', 'TRACE', 'PROPFIND', 'OPTIONS'].concat(operation.method === 'GET' ? [] : ['BREW']),
    ),
  }),
  'another path': (draft, _operation, pick) => ({
    ...draft,
    path: pick([
      `${draft.path}/`,
      `${draft.path}//`,
      `/${draft.path}`,
      draft.path.toUpperCase(),
      `${draft.path}%2f`,
      `${draft.path}/%2e%2e/x`,
      draft.path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      `${draft.path};x`,
      `${draft.path}%00`,
    ]),
  }),
  'no Host': (draft) => withHeader(draft, 'Host', 'x/y'),
  'two Hosts': (draft) => ({ ...draft, headers: [['Host', 'x'], ['Host', 'y'], ...draft.headers] }),
  'two credentials': (draft, operation) =>
    isOnSecrets(operation)
      ? {
          ...draft,
          headers: [
            ...draft.headers,
            ['Authorization', 'Bearer canary-token'],
            ['Authorization', 'Bearer canary-token2'],
          ],
        }
      : undefined,
  'no credential': (draft, operation, pick) =>
    isOnSecrets(operation)
      ? withHeader(
          draft,
          'Authorization',
          pick([
            'Basic Y2FuYXJ5LXRva2Vu',
            'Bearer',
            'Bearer canary-token',
            'Bearer a b',
            'canary-token',
            'DPoP canary-token',
            'Bearer e30.e30.canary-token',
          ]),
        )
      : undefined,
  'too many headers': (draft) => ({
    ...draft,
    headers: [...draft.headers, ...Array.from({ length: 201 }, () => ['A', 'b'] as const)],
  }),
  'too long a header': (draft) => withHeader(draft, 'X-Long', 'x'.repeat(33_000)),
  'a control character in a header': (draft, _operation, pick) =>
    withHeader(draft, 'X-Odd', pick(['a\0b', 'a\rb', 'a\nb', 'a\x7fb'])),
  'another coding': (draft, _operation, pick) =>
    withHeader(draft, 'Transfer-Encoding', pick(['identity', 'gzip', 'xchunked', 'gzip, chunked'])),
  'another length': (draft, _operation, pick) =>
    withHeader(draft, 'Content-Length', pick(['-1', '+1', '0x1', '1, 1', '', '1e1'])),
  'a body that is no JSON object': breakText,
  'a body of other fields': breakFields,
  'a body with a broken address': breakAddress,
  'another type of content': breakContentType,
};

/** Odd, and perhaps taken: what counts is that the answer is a documented one. */
const ODD: Readonly<Record<string, Mutation>> = {
  nothing: (draft) => draft,
  'an odd parameter': (draft, operation, pick) => {
    const names = queryOf(operation);
    return names.length === 0 ? undefined : withParameter(draft, pick(names), percentEncode(pick(ODD_TEXTS)));
  },
  'an odd prefix': badParameter(
    'prefix',
    [...BROKEN_ADDRESSES, 'yaml://secret/', 'yaml://secret/*', 'openbao+kv2://secret/app/'].map(
      percentEncode,
    ),
  ),
  'an odd header': (draft, operation, pick) => {
    const known = operation.parameters
      .filter((parameter) => parameter.in === 'header')
      .map(({ name }) => name);
    const name = pick([
      ...known,
      'Range',
      'Accept',
      'Accept-Encoding',
      'If-Modified-Since',
      'Cookie',
      'Forwarded',
      'traceparent',
      'Expect',
      'Upgrade',
      'DPoP',
      'Client-Cert',
      'X-HTTP-Method-Override',
      'Content-MD5',
    ]);
    // Of a header each character is one byte, and none is a control character.
    return withHeader(
      draft,
      name,
      pick(ODD_TEXTS)
        .replace(/[^\x20-\x7e\xa0-\xff]/g, '')
        .slice(0, 2000),
    );
  },
  // RFC 8259 8.1 leaves it to the reader.
  'a byte order mark': (draft, operation) =>
    operation.body === undefined || draft.body === undefined
      ? undefined
      : { ...draft, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), draft.body]) },
  HEAD: (draft, operation) => (operation.method === 'GET' ? { ...draft, method: 'HEAD' } : undefined),
  'a body that is not asked for': (draft, operation) =>
    operation.body === undefined ? { ...draft, body: Buffer.from('{"a":1}') } : undefined,
  'odd fields': (draft, operation, pick) => {
    if (operation.body === undefined) return undefined;
    const fields = JSON.parse(draft.body?.toString() ?? '{}') as Record<string, unknown>;
    const name = pick(Object.keys(operation.body.properties ?? {}));
    const values = [
      ...ODD_TEXTS,
      ...ADDRESSES,
      ...BROKEN_ADDRESSES,
      0,
      -1,
      1.5,
      1e308,
      true,
      null,
      [],
      [1],
      {},
      { a: { b: [null] } },
    ];
    return { ...draft, body: Buffer.from(JSON.stringify({ ...fields, [name]: pick(values) })) };
  },
};

/** Requests to one operation: one that the document shows, with one thing changed. */
export function oddRequest(operation: DocumentedOperation, mustFail: boolean): fc.Arbitrary<OddRequest> {
  const mutations = Object.entries(mustFail ? MALFORMED : ODD);
  return fc.gen().map((generate) => {
    const pick: Pick = (values) => generate(fc.constantFrom, ...values) as (typeof values)[number];
    const base = wellFormed(operation, pick);
    const { kind, draft } = change(base, operation, mutations, pick);
    const bytes = toBytes(draft);
    const meetsRoute = draft.path === operation.path && [operation.method, 'HEAD'].includes(draft.method);
    const canaries = ['canary-value', 'canary-token'].filter((canary) => bytes.includes(canary));
    return { bytes, kind, mustFail, isHead: draft.method === 'HEAD', meetsRoute, canaries };
  });
}

/** One that applies; `nothing` and `another method` always do. */
function change(
  base: Draft,
  operation: DocumentedOperation,
  mutations: readonly (readonly [string, Mutation])[],
  pick: Pick,
): { readonly kind: string; readonly draft: Draft } {
  for (;;) {
    const [kind, mutate] = pick(mutations);
    const draft = mutate(base, operation, pick);
    if (draft !== undefined) return { kind, draft };
  }
}

function wellFormed(operation: DocumentedOperation, pick: Pick): Draft {
  const query = operation.parameters.filter(
    (parameter) => parameter.in === 'query' && parameter.required === true,
  );
  const body = operation.bodies.length === 0 ? undefined : { ...pick(operation.bodies) };
  if (body !== undefined && 'value' in body) body['value'] = { 'canary-key': 'canary-value' };
  return {
    method: operation.method,
    path: operation.path,
    query: query.map(({ name }) => [name, name === 'q' ? 'app' : percentEncode(pick(ADDRESSES))]),
    headers: body === undefined ? [] : [['Content-Type', 'application/json']],
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
  };
}

/** Of lone surrogates too, which `encodeURIComponent` refuses. */
function percentEncode(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
