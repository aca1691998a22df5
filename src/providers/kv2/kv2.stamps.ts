import { isPrintable } from '../../secrets/percent-encoding.js';
import { SecretError } from '../../secrets/secret.errors.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2CustomMetadata } from './kv2.custom-metadata.js';
import type { Kv2Engine } from './kv2.engine.js';
import type { WrittenVersion } from './kv2.records.js';

export const METADATA_NOT_STAMPED = 'METADATA_NOT_STAMPED';

/** The store's own limit of one value of custom metadata. */
const MAX_VALUE_BYTES = 512;

/** Stamps a new secret with who made it and when. Best effort: the write stands whatever becomes of its stamp. */
export class Kv2Stamps {
  constructor(
    private readonly engine: Kv2Engine,
    private readonly metadata: Kv2CustomMetadata,
  ) {}

  /**
   * Sets `created_at`, and for a known subject `created_by` and `owner`; what is there already stays.
   * @returns warnings: METADATA_NOT_STAMPED where any of them could not be set
   */
  async stamp(uri: SecretUri, written: WrittenVersion, subject: string | undefined): Promise<string[]> {
    const isStorable = subject === undefined || isStorableValue(subject);
    const stamps = {
      created_at: isoTime(written.createdTime),
      ...subjectStamps(isStorable ? subject : undefined),
    };
    try {
      const known = await this.findKnown(uri, written);
      const result = await this.metadata.set(
        uri,
        (existing) =>
          Object.fromEntries(Object.entries(stamps).filter(([key]) => !Object.hasOwn(existing, key))),
        known,
      );
      return result === 'done' && isStorable ? [] : [METADATA_NOT_STAMPED];
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      return [METADATA_NOT_STAMPED];
    }
  }

  /** The answer to the write tells the custom metadata; without any, no check-and-set of it has been used up. */
  private async findKnown(
    uri: SecretUri,
    { customMetadata }: WrittenVersion,
  ): Promise<{ customMetadata: Readonly<Record<string, string>>; metadataVersion: number | undefined }> {
    const guess = { customMetadata, metadataVersion: 0 };
    if (Object.keys(customMetadata).length === 0) return guess;
    return (await this.engine.findMetadata(uri)) ?? guess;
  }
}

function subjectStamps(subject: string | undefined): Record<string, string> {
  return subject === undefined ? {} : { created_by: subject, owner: subject };
}

function isStorableValue(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= MAX_VALUE_BYTES && isPrintable(text);
}

function isoTime(storeTime: string): string {
  const ms = Date.parse(storeTime);
  return new Date(Number.isNaN(ms) ? Date.now() : ms).toISOString();
}
