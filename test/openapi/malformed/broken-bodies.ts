import type { DocumentedOperation } from './documented-operation.js';
import { withHeader } from './draft.js';
import type { Draft } from './draft.js';
import type { Pick } from './odd-requests.js';
import { BROKEN_ADDRESSES } from './odd-values.js';

const TYPES = [
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=latin1',
  'application/json; charset=utf-16',
  'application/xml',
  'json',
  'application/jsonp',
  'application/json; x=y',
];

/** A type or a coding that no body has. */
export function breakContentType(draft: Draft, { body }: DocumentedOperation, pick: Pick): Draft | undefined {
  if (body === undefined) return undefined;
  const isCoded = pick([true, false, false]);
  return isCoded
    ? withHeader(draft, 'Content-Encoding', pick(['gzip', 'br', 'deflate', 'x']))
    : withHeader(draft, 'Content-Type', pick(TYPES));
}

type Breaker = (fields: Record<string, unknown>, operation: DocumentedOperation) => Buffer[];

const breakWith =
  (breaker: Breaker) =>
  (draft: Draft, operation: DocumentedOperation, pick: Pick): Draft | undefined => {
    if (operation.body === undefined || draft.body === undefined) return undefined;
    const bodies = breaker(JSON.parse(draft.body.toString()) as Record<string, unknown>, operation);
    return bodies.length === 0 ? undefined : { ...draft, body: pick(bodies) };
  };

/** No JSON object in UTF-8, or one over the limits. */
export const breakText = breakWith(brokenTexts);
/** Not of the fields that the operation takes. */
export const breakFields = breakWith(brokenFields);
/** With an address that the grammar refuses. */
export const breakAddress = breakWith(brokenAddresses);

function brokenTexts(fields: Record<string, unknown>): Buffer[] {
  const text = JSON.stringify(fields);
  const texts = [
    '',
    ' ',
    'null',
    'true',
    '1',
    '"x"',
    '[]',
    `[${text}]`,
    text.slice(0, -1),
    `${text}}`,
    `${text}${text}`,
    text.replaceAll('"', "'"),
    text.replace('{', '{,'),
    text.replace(/}$/, ',}'),
    text.replace('{', '{"a":NaN,'),
    text.replace('{', '{"a":01,'),
    text.replace('{', '{/**/'),
    text.replace('{', '{"\\x":1,'),
    text.replace('{', '{"a\nb":1,'),
    text.replace('{', `{${text.slice(1, -1)},`),
    `{"a":${'['.repeat(100_000)}`,
    `{"value":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`,
    `{"a":"${'x'.repeat(1024 * 1024)}"}`,
    '{"uri":"\\ud800"}',
  ];
  return [
    ...texts.map((broken) => Buffer.from(broken)),
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from(text, 'utf16le'),
  ];
}

function brokenFields(fields: Record<string, unknown>, { body }: DocumentedOperation): Buffer[] {
  const { required = [], properties = {} } = body ?? {};
  const without = required.map((name) =>
    Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name)),
  );
  const unknown = ['Uri', '__proto__', 'constructor', '', 'version'].map(
    (name) => `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(name)}:1}`,
  );
  const typed = Object.entries(properties).filter(([, schema]) => 'type' in schema);
  const wrong = typed.flatMap(([name, schema]) =>
    otherTypes((schema as { type: string }).type).map((value) => ({ ...fields, [name]: value })),
  );
  return [...without, ...wrong].map(toBody).concat(unknown.map((text) => Buffer.from(text)));
}

/** Of a bulk a wrong address fails its own operation only. */
function brokenAddresses(fields: Record<string, unknown>, { id, body }: DocumentedOperation): Buffer[] {
  const names = id === 'bulk' ? [] : Object.keys(body?.properties ?? {}).filter((name) => /uri$/i.test(name));
  return names.flatMap((name) => BROKEN_ADDRESSES.map((address) => toBody({ ...fields, [name]: address })));
}

const toBody = (fields: unknown): Buffer => Buffer.from(JSON.stringify(fields));

function otherTypes(type: string): unknown[] {
  const values: readonly (readonly [string, unknown])[] = [
    ['string', 'canary-value'],
    ['number', 1.5],
    ['boolean', true],
    ['array', [['canary-value']]],
    ['object', { a: 'canary-value' }],
    ['null', null],
  ];
  return values.filter(([name]) => name !== type).map(([, value]) => value);
}
