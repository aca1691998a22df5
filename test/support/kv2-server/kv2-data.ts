import { CallFields } from './call-fields.js';
import { mergePatch } from './go-json.js';
import type { JsonObject } from './go-json.js';
import { Kv2Secret, isDeleted, isGone } from './kv2-secret.js';
import type { Kv2Version } from './kv2-secret.js';
import type { Kv2State } from './kv2-state.js';
import type { StoreCall } from './store-call.js';
import { answer, emptyNotFound, noContent, notFound, refuse, refuseOne, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

const CAS_MISMATCH = 'check-and-set parameter did not match the current version';

/** `data/<name>`: read, write, patch, soft delete of the latest version. */
export class Kv2Data {
  constructor(private readonly state: Kv2State) {}

  handle(call: StoreCall, name: string): StoreReply {
    switch (call.operation) {
      case 'read':
        return this.read(call, name);
      case 'update':
        return this.write(call, name);
      case 'patch':
        return this.patch(call, name);
      case 'delete':
        return this.deleteLatest(name);
      case 'list':
      case 'scan':
        return unsupported;
      default:
        return call.operation satisfies never;
    }
  }

  private read(call: StoreCall, name: string): StoreReply {
    const found = this.state.findVersion(name, CallFields.ofQuery(call.query).findInt('version'));
    if (found === undefined) return notFound;
    const { secret, version, number } = found;
    const metadata = secret.describeVersion(number, version);
    if (isGone(version)) return answer({ status: 404, data: { data: null, metadata } });
    return answer({ data: { data: version.data, metadata } });
  }

  private write(call: StoreCall, name: string): StoreReply {
    const fields = CallFields.ofBody(call.body);
    const data = fields.findObject('data');
    fields.findObject('options');
    if (data === undefined) return refuse(400, 'no data provided');
    const secret = this.state.secrets.get(name) ?? new Kv2Secret();
    const fault = this.findCasFault(fields, secret);
    if (fault !== undefined) return refuse(400, fault);
    this.state.secrets.set(name, secret);
    return this.answerVersion(
      secret,
      secret.addVersion(call.body.data === null ? null : data, this.state.settings),
    );
  }

  private patch(call: StoreCall, name: string): StoreReply {
    const fields = CallFields.ofBody(call.body);
    const data = fields.findObject('data');
    if (data === undefined) return refuse(400, 'no data provided');
    const secret = this.state.secrets.get(name);
    if (secret === undefined) return emptyNotFound;
    const fault = this.findCasFault(fields, secret);
    if (fault !== undefined) return refuse(400, fault);
    const version = secret.versions.get(secret.currentVersion);
    if (version === undefined) return emptyNotFound;
    if (isGone(version)) {
      return answer({ status: 404, data: secret.describeVersion(secret.currentVersion, version) });
    }
    if (version.data === null) return refuseOne(500, 'resource does not exist');
    const patched = call.body.data === null ? null : mergePatch(version.data, data);
    return this.answerVersion(secret, secret.addVersion(patched, this.state.settings));
  }

  private deleteLatest(name: string): StoreReply {
    const secret = this.state.secrets.get(name);
    if (secret !== undefined) this.state.deleteVersions(secret, [secret.currentVersion]);
    return noContent;
  }

  private answerVersion(secret: Kv2Secret, version: Kv2Version): StoreReply {
    return answer({ data: secret.describeVersion(secret.currentVersion, version) });
  }

  /** `"cas": null` counts as given and is 0. */
  private findCasFault(fields: CallFields, secret: Kv2Secret): string | undefined {
    const options = CallFields.ofBody(fields.findObject('options') ?? {});
    if (!options.has('cas')) {
      const isRequired = this.state.settings.casRequired || secret.settings.casRequired;
      return isRequired ? 'check-and-set parameter required for this call' : undefined;
    }
    try {
      return options.findInt('cas') === secret.currentVersion ? undefined : CAS_MISMATCH;
    } catch {
      return 'error parsing check-and-set parameter';
    }
  }
}

/** `subkeys/<name>`: the shape of the map without its values. */
export function readSubkeys(state: Kv2State, call: StoreCall, name: string): StoreReply {
  if (call.operation !== 'read') return unsupported;
  const query = CallFields.ofQuery(call.query);
  const depth = query.findInt('depth') ?? 0;
  const found = state.findVersion(name, query.findInt('version'));
  if (found === undefined) return notFound;
  const metadata = found.secret.describeVersion(found.number, found.version);
  if (isDeleted(found.version) || found.version.isDestroyed) {
    return answer({ status: 404, data: { metadata, subkeys: null } });
  }
  const { data } = found.version;
  return answer({ data: { metadata, subkeys: data && strip(data, depth === 0 ? Infinity : depth) } });
}

/** Lists and empty maps are leaves. */
function strip(map: JsonObject, depth: number): JsonObject {
  const entries = Object.entries(map).map(([key, value]) => {
    const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
    const inner = isBranch && depth > 1 && Object.keys(value).length > 0 ? strip(value, depth - 1) : null;
    return [key, inner] as const;
  });
  return Object.fromEntries(entries);
}
