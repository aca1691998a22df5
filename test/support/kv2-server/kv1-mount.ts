import type { JsonObject } from './go-json.js';
import type { Mount } from './mount.js';
import { listNames, scanNames } from './name-listing.js';
import type { StoreCall } from './store-call.js';
import { answer, noContent, notFound, refuse, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

/** The lease that KV version 1 tells for every read. */
const LEASE_SECONDS = 2_764_800;

/** A secrets engine `kv` with `version=1`: any path is a name, so calls meant for version 2 seem to work on it. */
export class Kv1Mount implements Mount {
  readonly version = '1';
  private readonly secrets = new Map<string, JsonObject>();

  exists(path: string): boolean {
    return this.secrets.has(path);
  }

  handle(call: StoreCall): StoreReply {
    switch (call.operation) {
      case 'read':
        return this.read(call);
      case 'update':
        if (call.path === '' || call.path.endsWith('/'))
          return refuse(400, "cannot write to a path ending in '/'");
        if (Object.keys(call.body).length === 0) return refuse(400, 'missing data fields');
        this.secrets.set(call.path, call.body);
        return noContent;
      case 'delete':
        this.secrets.delete(call.path);
        return noContent;
      case 'list': {
        const keys = listNames(this.secrets.keys(), call.path);
        return keys.length === 0 ? notFound : answer({ data: { keys } });
      }
      case 'scan': {
        const keys = scanNames(this.secrets.keys(), call.path);
        return answer({ data: keys.length === 0 ? {} : { keys } });
      }
      case 'patch':
        return unsupported;
      default:
        return call.operation satisfies never;
    }
  }

  private read(call: StoreCall): StoreReply {
    const data = this.secrets.get(call.path);
    if (data === undefined) return notFound;
    const unknown = [...new Set(call.query.keys())];
    const warnings =
      unknown.length === 0 ? [] : [`Endpoint ignored these unrecognized parameters: [${unknown.join(' ')}]`];
    return answer({ data, leaseDuration: LEASE_SECONDS, warnings });
  }
}
