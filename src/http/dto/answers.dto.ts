export class SecretWrittenDto {
  /** Canonical address of the call, without a version. */
  uri!: string;
  /** The new version, where the store counts versions. */
  version?: number;
  /** Whether the secret is new. */
  created!: boolean;
  /** What failed beside the write itself. */
  warnings?: string[];
}

export class SecretDeletedDto {
  uri!: string;
  deleted!: 'key' | 'version' | 'secret' | 'all_versions';
  /** The version that was deleted softly. */
  version?: number;
}

export class ListedSecretDto {
  uri!: string;
  keys?: string[];
  current_version?: number;
  created_time?: string;
  updated_time?: string;
  custom_metadata?: Readonly<Record<string, string>>;
}

export class MetadataPageDto {
  items!: ListedSecretDto[];
  next_cursor!: string | null;
  offset!: number;
  limit!: number;
  /** Present where the walk through the store was given up at its budget of calls. */
  truncated?: boolean;
}

export class FoundSecretDto {
  uri!: string;
  matched!: ('path' | 'key')[];
  keys!: string[];
}

export class SearchPageDto {
  items!: FoundSecretDto[];
  next_cursor!: string | null;
  offset!: number;
  limit!: number;
  truncated?: boolean;
}

export class SecretKeysDto {
  uri!: string;
  keys!: string[];
  version?: number;
}
