import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasDuplicateKeys, isJsonObject, parseJson } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { failureOf } from '../server/broken-requests.js';
import { SERVER_LIMITS } from '../server/server-limits.js';

export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads and parses the body of a request: one JSON object of at most 1 MiB.
 * @throws SecretError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_REQUEST, VALUE_TOO_COMPLEX
 */
export async function readJsonBody(request: IncomingMessage): Promise<JsonObject> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  const isJson = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type);
  if (!isJson || encoding.toLowerCase() !== 'identity') throw new SecretError('UNSUPPORTED_MEDIA_TYPE');
  const text = decodeUtf8(await readBytes(request));
  const body = parse(text);
  if (!isJsonObject(body)) throw new SecretError('INVALID_REQUEST', 'The body has to be one JSON object.');
  if (hasDuplicateKeys(text, body)) throw new SecretError('INVALID_REQUEST', 'The body names a key twice.');
  return body;
}

/** By events and not by iteration: leaving an iteration early would destroy the socket before the answer. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const failure = failureOf(request);
  if (failure !== undefined) throw failure;
  sayContinue(request);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else reject(new SecretError('BODY_TOO_LARGE'));
  };
  const broken = new SecretError('INVALID_REQUEST', 'The body broke off.');
  const timer = setTimeout(() => reject(new SecretError('REQUEST_TIMEOUT')), SERVER_LIMITS.bodyTimeoutMs);
  request.on('data', onData);
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('error', (error) => reject(error instanceof SecretError ? error : broken));
  request.once('close', () => reject(broken));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    // What still comes is let go.
    request.off('data', onData);
  }
}

/** RFC 9110 10.1.1: only now it is certain that the body is wanted. */
function sayContinue(request: IncomingMessage & { readonly res?: ServerResponse }): void {
  if (request.headers.expect?.toLowerCase() === '100-continue') request.res?.writeContinue();
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SecretError('INVALID_REQUEST', 'The body is not UTF-8.');
  }
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SecretError) throw error;
    // The parser's own message quotes the body.
    throw new SecretError('INVALID_REQUEST', 'The body is not well-formed JSON.');
  }
}
