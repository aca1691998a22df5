import { CallFields } from './call-fields.js';
import { CustomMetadataError, parseCustomMetadata, readPatchOfCustomMetadata } from './custom-metadata.js';
import { nowNanos } from './go-time.js';
import { Kv2Secret } from './kv2-secret.js';
import type { Kv2Settings } from './kv2-secret.js';
import type { Kv2State } from './kv2-state.js';
import { listNames, scanNames } from './name-listing.js';
import type { StoreCall } from './store-call.js';
import { answer, emptyNotFound, noContent, notFound, refuse, refuseOne, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

const SETTINGS = ['max_versions', 'cas_required', 'metadata_cas_required', 'delete_version_after'];
const METADATA_CAS_MISMATCH = 'metadata check-and-set parameter does not match the current version';

/** `metadata/<name>`: read, replace, patch, delete for good, list, scan. */
export class Kv2Metadata {
  constructor(private readonly state: Kv2State) {}

  handle(call: StoreCall, name: string): StoreReply {
    switch (call.operation) {
      case 'read':
        return this.read(name);
      case 'update':
        return this.write(call, name);
      case 'patch':
        return this.patch(call, name);
      case 'delete':
        this.state.secrets.delete(name);
        return noContent;
      case 'list':
        return this.list(call, name);
      case 'scan':
        return this.scan(name);
      default:
        return call.operation satisfies never;
    }
  }

  /** `detailed-metadata/<folder>`: LIST and SCAN with the metadata of every name; a folder's is empty. */
  handleDetailed(call: StoreCall, folder: string): StoreReply {
    if (call.operation !== 'list' && call.operation !== 'scan') return unsupported;
    const keys = call.operation === 'list' ? this.findPage(call, folder) : this.scanAll(folder);
    if (keys.length === 0) return call.operation === 'list' ? notFound : answer({ data: {} });
    const infos = keys.map((key) => [key, this.state.secrets.get(folder + key)?.describe() ?? {}] as const);
    return answer({ data: { keys, key_info: Object.fromEntries(infos) } });
  }

  private read(name: string): StoreReply {
    const secret = this.state.secrets.get(name);
    if (secret === undefined) return notFound;
    const { current_metadata_version, metadata_cas_required, ...described } = secret.describe();
    if (!this.state.isOpenbao) return answer({ data: described });
    return answer({
      data: {
        ...described,
        current_metadata_version: current_metadata_version ?? 0,
        metadata_cas_required: metadata_cas_required ?? false,
      },
    });
  }

  /** Everything that is not given stays, but custom metadata is replaced as a whole. */
  private write(call: StoreCall, name: string): StoreReply {
    const fields = CallFields.ofBody(call.body);
    const custom = fields.findObject('custom_metadata');
    const applySettings = this.parseSettings(fields);
    if (![...SETTINGS, 'custom_metadata'].some((field) => fields.has(field))) return noContent;
    const customMetadata = custom && parseCustomMetadata(custom);
    if (customMetadata instanceof CustomMetadataError) return refuse(400, customMetadata.message);
    const secret = this.state.secrets.get(name);
    const fault = this.findCasFault(fields, secret);
    if (fault !== undefined) return refuse(400, fault);
    const changed = secret ?? new Kv2Secret();
    if (secret !== undefined) changed.updatedNanos = nowNanos();
    changed.metadataVersion += 1;
    applySettings(changed.settings);
    if (customMetadata !== undefined) changed.customMetadata = customMetadata;
    this.state.secrets.set(name, changed);
    return noContent;
  }

  private patch(call: StoreCall, name: string): StoreReply {
    const fields = CallFields.ofBody(call.body);
    const custom = fields.findObject('custom_metadata');
    const applySettings = this.parseSettings(fields);
    fields.findInt('metadata_cas');
    if (![...SETTINGS, 'custom_metadata'].some((field) => fields.has(field))) return noContent;
    const change = custom && readPatchOfCustomMetadata(custom);
    if (change instanceof CustomMetadataError) return refuse(400, change.message);
    const secret = this.state.secrets.get(name);
    if (secret === undefined) return emptyNotFound;
    const fault = this.findCasFault(fields, secret);
    if (fault !== undefined) return refuse(400, fault);
    if (change?.unpatchable !== undefined) return refuseOne(500, change.unpatchable);
    applySettings(secret.settings);
    if (call.body.custom_metadata === null) secret.customMetadata = {};
    else if (change !== undefined) secret.customMetadata = change.applyTo(secret.customMetadata);
    secret.metadataVersion += 1;
    secret.updatedNanos = nowNanos();
    return noContent;
  }

  private list(call: StoreCall, folder: string): StoreReply {
    const keys = this.findPage(call, folder);
    return keys.length === 0 ? notFound : answer({ data: { keys } });
  }

  /** Unlike an empty LIST an empty SCAN is a 200, and without `keys`. */
  private scan(folder: string): StoreReply {
    const keys = this.scanAll(folder);
    return answer({ data: keys.length === 0 ? {} : { keys } });
  }

  /** `after` and `limit` are for LIST alone: SCAN gives everything whatever they say. */
  private findPage(call: StoreCall, folder: string): string[] {
    const limit = CallFields.ofQuery(call.query).findInt('limit') ?? 0;
    const after = call.query.get('after') ?? '';
    const all = listNames(this.state.secrets.keys(), folder).filter((key) => after === '' || key > after);
    return limit > 0 ? all.slice(0, limit) : all;
  }

  private scanAll(folder: string): string[] {
    return scanNames(this.state.secrets.keys(), folder);
  }

  private parseSettings(fields: CallFields): (settings: Kv2Settings) => void {
    const maxVersions = fields.findInt('max_versions');
    const casRequired = fields.findBool('cas_required');
    const metadataCasRequired = fields.findBool('metadata_cas_required');
    const deleteAfter = fields.findDuration('delete_version_after');
    return (settings) => {
      // The store keeps an unsigned 32 bit number: -1 comes back as 4294967295.
      if (maxVersions !== undefined) settings.maxVersions = maxVersions >>> 0;
      if (casRequired !== undefined) settings.casRequired = casRequired;
      if (metadataCasRequired !== undefined) settings.metadataCasRequired = metadataCasRequired;
      if (deleteAfter !== undefined) settings.deleteVersionAfterSeconds = deleteAfter;
    };
  }

  private findCasFault(fields: CallFields, secret: Kv2Secret | undefined): string | undefined {
    if (!this.state.isOpenbao) return undefined;
    const given = fields.findInt('metadata_cas');
    if (given === undefined) {
      const isRequired = this.state.settings.metadataCasRequired || secret?.settings.metadataCasRequired;
      return isRequired ? 'metadata check-and-set parameter required for this call' : undefined;
    }
    if (secret === undefined)
      return given === 0 ? undefined : 'metadata_cas must be 0 when creating new metadata';
    return given === secret.metadataVersion ? undefined : METADATA_CAS_MISMATCH;
  }
}
