import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsInt, IsString, Max, Min } from 'class-validator';
import type { VersionOutcome, VersionState } from '../../secrets/secret-metadata.js';
import type { FailsWith } from '../form/body-form.js';

export const MAX_VERSIONS = 100;
const required = { context: { code: 'VERSIONS_REQUIRED' } satisfies FailsWith };
const invalid = { context: { code: 'INVALID_VERSION' } satisfies FailsWith };

export class VersionsDto {
  /** Canonical address of the whole secret. */
  @IsString()
  uri!: string;

  /** Positive version numbers; duplicates count once. */
  @ArrayMaxSize(MAX_VERSIONS, invalid)
  @Max(Number.MAX_SAFE_INTEGER, { each: true, ...invalid })
  @Min(1, { each: true, ...invalid })
  @IsInt({ each: true, ...invalid })
  @ArrayNotEmpty(required)
  @IsArray(required)
  versions!: number[];
}

export class VersionResultDto {
  version!: number;
  outcome!: VersionOutcome;
}

export class VersionResultsDto {
  uri!: string;
  results!: VersionResultDto[];
}

export class SecretVersionDto {
  version!: number;
  created_time!: string;
  deletion_time!: string | null;
  destroyed!: boolean;
  state!: VersionState;
}

export class VersionListDto {
  uri!: string;
  current_version!: number;
  versions!: SecretVersionDto[];
}

export class MetadataDetailDto {
  uri!: string;
  current_version!: number;
  oldest_version!: number;
  created_time!: string;
  updated_time!: string;
  max_versions!: number;
  custom_metadata!: Readonly<Record<string, string>>;
  versions!: SecretVersionDto[];
}
