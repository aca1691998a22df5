import { CallFields } from './call-fields.js';
import { printDuration } from './go-time.js';
import type { Kv2State } from './kv2-state.js';
import type { StoreCall } from './store-call.js';
import { answer, noContent, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

/** `config`: the settings of a mount. */
export function handleConfig(state: Kv2State, call: StoreCall): StoreReply {
  const { settings } = state;
  if (call.operation === 'read') {
    return answer({
      data: {
        cas_required: settings.casRequired,
        delete_version_after: printDuration(settings.deleteVersionAfterSeconds),
        max_versions: settings.maxVersions,
        ...(state.isOpenbao ? { metadata_cas_required: settings.metadataCasRequired } : {}),
      },
    });
  }
  if (call.operation !== 'update') return unsupported;
  const fields = CallFields.ofBody(call.body);
  const maxVersions = fields.findInt('max_versions');
  const deleteAfter = fields.findDuration('delete_version_after');
  settings.casRequired = fields.findBool('cas_required') ?? settings.casRequired;
  settings.metadataCasRequired = fields.findBool('metadata_cas_required') ?? settings.metadataCasRequired;
  if (maxVersions !== undefined) settings.maxVersions = maxVersions >>> 0;
  // Anything negative switches it off, for the settings of a secret too.
  if (deleteAfter !== undefined) settings.deleteVersionAfterSeconds = Math.max(deleteAfter, -1);
  return noContent;
}
