import { CallFields, FieldError } from './call-fields.js';
import { nowNanos } from './go-time.js';
import { handleConfig } from './kv2-config.js';
import { Kv2Data, readSubkeys } from './kv2-data.js';
import { Kv2Metadata } from './kv2-metadata.js';
import { Kv2State } from './kv2-state.js';
import type { Mount } from './mount.js';
import type { StoreCall } from './store-call.js';
import { answer, noContent, refuse, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

const INVALID_PATH =
  'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. ' +
  "If using the OpenBao CLI, use 'bao kv get' for this operation.";
const ROOT_WARNING = 'Non-listing operations on the root of a K/V v2 mount are not supported.';
/** Only these two ask the store whether the name exists, and then its field errors come without a prefix. */
const EXISTENCE_CHECKED = new Set(['data', 'metadata']);

/** A secrets engine `kv` with `version=2`. */
export class Kv2Mount implements Mount {
  readonly version = '2';
  private readonly state: Kv2State;
  private readonly data: Kv2Data;
  private readonly metadata: Kv2Metadata;

  constructor(options: { isOpenbao: boolean }) {
    this.state = new Kv2State(options.isOpenbao);
    this.data = new Kv2Data(this.state);
    this.metadata = new Kv2Metadata(this.state);
  }

  exists(path: string): boolean {
    const { room, name } = split(path);
    return EXISTENCE_CHECKED.has(room) ? this.state.secrets.has(name) : true;
  }

  handle(call: StoreCall): StoreReply {
    const { room, name } = split(call.path);
    try {
      return withUnknownFields(call, room, this.route(call, room, name));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      const isChecked = EXISTENCE_CHECKED.has(room) && call.operation === 'update';
      return refuse(400, isChecked ? error.message : `Field validation failed: ${error.message}`);
    }
  }

  private route(call: StoreCall, room: string, name: string): StoreReply {
    if (room === 'config' && name === '') return handleConfig(this.state, call);
    if (!call.path.includes('/') && ['data', 'metadata'].includes(room)) return nothingWith(ROOT_WARNING);
    const isWrite = call.operation === 'update' || call.operation === 'patch';
    if (isWrite && call.path.endsWith('/')) return refuse(400, "cannot write to a path ending in '/'");
    switch (room) {
      case 'data':
        return this.data.handle(call, name);
      case 'metadata':
        return this.metadata.handle(call, name);
      case 'detailed-metadata':
        return this.state.isOpenbao ? this.metadata.handleDetailed(call, name) : nothingWith(INVALID_PATH);
      case 'subkeys':
        return readSubkeys(this.state, call, name);
      case 'delete':
      case 'undelete':
      case 'destroy':
        return this.changeVersions(call, room, name);
      default:
        return nothingWith(
          call.operation === 'list' ? INVALID_PATH.replace('kv get', 'kv list') : INVALID_PATH,
        );
    }
  }

  /** 204 also for versions and names that are not there. */
  private changeVersions(call: StoreCall, room: 'delete' | 'undelete' | 'destroy', name: string): StoreReply {
    if (call.operation !== 'update') return unsupported;
    const numbers = CallFields.ofBody(call.body).readIntList('versions');
    const no = room === 'destroy' ? 'no' : 'No';
    if (numbers.length === 0) return refuse(400, `${no} version number provided`);
    const secret = this.state.secrets.get(name);
    if (secret === undefined) return noContent;
    if (room === 'delete') this.state.deleteVersions(secret, numbers);
    for (const number of room === 'delete' ? [] : numbers) {
      const version = secret.versions.get(number);
      if (version === undefined || version.isDestroyed) continue;
      if (room === 'undelete')
        version.deletedNanos = secret.findDeletionNanos(nowNanos(), this.state.settings);
      else Object.assign(version, { isDestroyed: true, data: null });
    }
    return noContent;
  }
}

/** The store joins paths: an encoded `//` is one slash. */
function split(wholePath: string): { room: string; name: string } {
  const path = wholePath.replace(/\/{2,}/g, '/');
  const slash = path.indexOf('/');
  return slash < 0 ? { room: path, name: '' } : { room: path.slice(0, slash), name: path.slice(slash + 1) };
}

function nothingWith(warning: string): StoreReply {
  return answer({ status: 404, data: null, warnings: [warning] });
}

const KNOWN_FIELDS: Record<string, string[]> = {
  data: ['version', 'data', 'options'],
  subkeys: ['version', 'depth'],
  metadata: ['after', 'limit'],
  'detailed-metadata': ['after', 'limit'],
};

/** A successful answer with content lists what the call gave and the store does not know. */
function withUnknownFields(call: StoreCall, room: string, reply: StoreReply): StoreReply {
  if (reply.status !== 200 || reply.content === undefined) return reply;
  const known = KNOWN_FIELDS[room] ?? [];
  const given = call.operation === 'update' ? Object.keys(call.body) : [...new Set(call.query.keys())];
  const unknown = given.filter((field) => !known.includes(field));
  if (unknown.length === 0) return reply;
  const warning = `Endpoint ignored these unrecognized parameters: [${unknown.join(' ')}]`;
  return answer({ ...reply.content, warnings: [warning] });
}
