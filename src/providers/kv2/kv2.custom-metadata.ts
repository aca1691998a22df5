import { SecretError } from '../../secrets/secret.errors.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine, MetadataResult } from './kv2.engine.js';

type CustomMetadata = Readonly<Record<string, string>>;

/** What is known of the custom metadata without asking; `metadataVersion` guards it where the store can. */
export interface KnownMetadata {
  readonly customMetadata: CustomMetadata;
  readonly metadataVersion: number | undefined;
}

/** Which keys to set, given those that are there. */
type Plan = (existing: CustomMetadata) => CustomMetadata;

const MAX_ATTEMPTS = 8;

/** Changes single keys of a secret's custom metadata and keeps all others, whoever else writes at the same moment. */
export class Kv2CustomMetadata {
  constructor(private readonly engine: Kv2Engine) {}

  /**
   * @param known undefined: the plan is carried out without a guard, as it sets the same whatever is there
   * @throws SecretError WRITE_CONFLICT, Kv2Failure
   */
  async set(uri: SecretUri, plan: Plan, known?: KnownMetadata): Promise<'done' | 'missing'> {
    let basis = known;
    let isPatched = true;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const existing = basis?.customMetadata ?? {};
      const entries = plan(existing);
      if (Object.keys(entries).length === 0) return 'done';
      const result: MetadataResult = isPatched
        ? await this.engine.patchCustomMetadata(uri, entries, basis?.metadataVersion)
        : await this.engine.postCustomMetadata(uri, { ...existing, ...entries }, basis?.metadataVersion);
      if (result === 'done' || result === 'missing') return result;
      // Without PATCH everything is written anew, so it has to be read first.
      isPatched = isPatched && result !== 'unsupported';
      basis = await this.engine.findMetadata(uri);
      if (basis === undefined) return 'missing';
    }
    throw new SecretError('WRITE_CONFLICT');
  }
}
