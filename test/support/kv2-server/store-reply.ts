import { randomUUID } from 'node:crypto';
import { printGoJson } from './go-json.js';
import type { Json, JsonObject } from './go-json.js';

/** What a room of the test server answers; `kv2-server.ts` puts it on the wire. */
export interface StoreReply {
  status: number;
  /** `undefined`: no body at all. */
  text?: string;
  contentType?: string | undefined;
  headers?: Record<string, string>;
  /** What the wrapper was made of. */
  content?: Wrapped;
}

export interface Wrapped {
  data?: Json;
  auth?: Json;
  warnings?: string[];
  /** Seconds; only KV version 1 sets it. */
  leaseDuration?: number;
  /** Fields that `sys/mounts` repeats beside the wrapper. */
  beside?: JsonObject;
  status?: number;
}

/** The wrapper around every answer with content, its fields in the order of the real one. */
export function answer(content: Wrapped): StoreReply {
  const warnings = content.warnings !== undefined && content.warnings.length > 0 ? content.warnings : null;
  const beside = Object.entries(content.beside ?? {}).map(
    ([key, value]) => `${JSON.stringify(key)}:${printGoJson(value)}`,
  );
  const fields = [
    ...beside,
    `"request_id":"${randomUUID()}"`,
    '"lease_id":""',
    '"renewable":false',
    `"lease_duration":${content.leaseDuration ?? 0}`,
    `"data":${printGoJson(content.data ?? null)}`,
    '"wrap_info":null',
    `"warnings":${printGoJson(warnings)}`,
    `"auth":${printGoJson(content.auth ?? null)}`,
  ];
  return { status: content.status ?? 200, text: `{${fields.join(',')}}\n`, content };
}

export const noContent: StoreReply = { status: 204 };

/** 404 for what was never there. */
export const notFound: StoreReply = { status: 404, text: '{"errors":[]}\n' };

/** A 404 with an empty body: PATCH of what was never there. */
export const emptyNotFound: StoreReply = { status: 404, text: '' };

export function refuse(status: number, ...errors: string[]): StoreReply {
  return { status, text: `${printGoJson({ errors })}\n` };
}

/** Errors that come out of the core with the prefix of Go's multierror. */
export function refuseOne(status: number, error: string): StoreReply {
  return refuse(status, `1 error occurred:\n\t* ${error}\n\n`);
}

export const unsupported: StoreReply = refuseOne(405, 'unsupported operation');

/** Missing, unknown and expired tokens. */
export const deadToken: StoreReply = refuse(403, 'permission denied');

/** A live token whose policies do not allow it. */
export const policyDenied: StoreReply = refuseOne(403, 'permission denied');
