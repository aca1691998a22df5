import type { IncomingHttpHeaders } from 'node:http';
import { GoJsonError, isJsonObject, parseGoJson } from './go-json.js';
import type { JsonObject } from './go-json.js';
import { isRequestPath, parseTarget } from './request-path.js';
import type { StoreCall, StoreOperation } from './store-call.js';
import { refuse } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

export interface StoreRequest {
  method: string;
  /** Path and query as they came. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ParsedRequest {
  call: StoreCall;
  token: string | undefined;
  namespace: string | undefined;
}

/** 32 MiB; what is over it is 413. */
export const MAX_BODY_BYTES = 33_554_432;
const MERGE_PATCH = 'application/merge-patch+json';

/** All that the store refuses before it looks at seal, token and policy, in its order. */
export function parseRequest(
  request: StoreRequest,
  flavour: 'openbao' | 'hashicorp',
): ParsedRequest | StoreReply {
  const parsed = parseTarget(request.method, request.target);
  if (!isRequestPath(parsed)) return parsed;
  const operation = parsed.path === 'sys/health' ? 'read' : findOperation(request, parsed.query, flavour);
  if (typeof operation !== 'string') return operation;
  const body = parseBody(request, operation);
  if ('refusal' in body) return body.refusal;
  const isListing = operation === 'list' || operation === 'scan';
  const path = isListing && !parsed.path.endsWith('/') ? `${parsed.path}/` : parsed.path;
  return {
    call: { operation, path, query: parsed.query, body: body.value },
    token: findToken(request.headers),
    namespace: headerText(request.headers['x-vault-namespace']),
  };
}

function findOperation(
  { method }: StoreRequest,
  query: URLSearchParams,
  flavour: 'openbao' | 'hashicorp',
): StoreOperation | StoreReply {
  switch (method) {
    case 'GET':
      return findReadOperation(query, flavour);
    case 'POST':
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return 'delete';
    case 'HEAD':
      return { status: 405, text: '' };
    default:
      return refuse(405);
  }
}

function findReadOperation(
  query: URLSearchParams,
  flavour: 'openbao' | 'hashicorp',
): StoreOperation | StoreReply {
  const list = takeBoolean(query, 'list');
  // A store that knows no SCAN takes the parameter for one it does not know, and reads.
  const scan = flavour === 'openbao' ? takeBoolean(query, 'scan') : false;
  if (list === undefined || scan === undefined || (list && scan)) return refuse(400);
  if (list) return 'list';
  return scan ? 'scan' : 'read';
}

/** `undefined`: given, and not a boolean of Go's. */
function takeBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name) ?? '';
  query.delete(name);
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  return value === '' || /^(0|f|F|FALSE|false|False)$/.test(value) ? false : undefined;
}

function parseBody(
  request: StoreRequest,
  operation: StoreOperation,
): { value: JsonObject } | { refusal: StoreReply } {
  if (operation !== 'update' && operation !== 'patch') return { value: {} };
  const refusal = operation === 'patch' ? findContentTypeFault(request.headers['content-type']) : undefined;
  if (refusal !== undefined) return { refusal };
  if (request.body.length > MAX_BODY_BYTES) return { refusal: refuse(413, 'http: request body too large') };
  const text = request.body.toString('utf8').trim();
  try {
    const value = text === '' ? null : parseGoJson(text);
    if (value === null || isJsonObject(value)) return { value: value ?? {} };
    const kind = Array.isArray(value) ? 'array' : typeof value;
    const reason = `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
    return { refusal: refuse(400, `failed to decode JSON input: ${reason}`) };
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    return { refusal: refuse(400, error.message) };
  }
}

function findContentTypeFault(contentType: string | undefined): StoreReply | undefined {
  const [type = ''] = (contentType ?? '').split(';');
  if (type.trim() === '') return refuse(400, 'mime: no media type');
  if (type.trim() === MERGE_PATCH) return undefined;
  return refuse(415, `PATCH requires Content-Type of ${MERGE_PATCH}, provided ${type.trim()}`);
}

function findToken(headers: IncomingHttpHeaders): string | undefined {
  const token = headerText(headers['x-vault-token']);
  return token ?? /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
