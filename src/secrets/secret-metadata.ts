export type VersionState = 'live' | 'deleted' | 'destroyed';

/** One version of a secret; times as the store prints them (RFC 3339). */
export interface SecretVersion {
  readonly version: number;
  readonly createdTime: string;
  /** When it was, or will be, deleted; null where no time is set. */
  readonly deletionTime: string | null;
  readonly destroyed: boolean;
  /** A deletion time in the future is still `live`. */
  readonly state: VersionState;
}

export interface SecretMetadata {
  readonly currentVersion: number;
  readonly oldestVersion: number;
  readonly createdTime: string;
  readonly updatedTime: string;
  readonly maxVersions: number;
  readonly customMetadata: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly versions: readonly SecretVersion[];
}

export type VersionOutcome = 'undeleted' | 'destroyed' | 'already' | 'not_found';

export interface VersionResult {
  readonly version: number;
  readonly outcome: VersionOutcome;
}
