import type { SchemaObject } from '@nestjs/swagger';
import type { OwnerDto, OwnerUpdatedDto } from '../dto/owner.dto.js';
import type {
  MetadataDetailDto,
  SecretVersionDto,
  VersionListDto,
  VersionResultDto,
  VersionResultsDto,
  VersionsDto,
} from '../dto/versions.dto.js';
import {
  ANSWERED_ADDRESS,
  CREATED_TIME,
  CURRENT_VERSION,
  CUSTOM_METADATA,
  SECRET_ADDRESS,
  TIME,
  UPDATED_TIME,
  VERSION,
  listOf,
} from './field-schemas.js';
import { closed, objectSchema } from './object-schema.js';

const MAX_VERSIONS = 100;
const VERSIONS = {
  type: 'array',
  items: VERSION,
  minItems: 1,
  maxItems: MAX_VERSIONS,
  description: 'Versions to work on, 1 to 100 of them; duplicates count once.',
  example: [1, 2],
};

const OWNER = {
  type: 'string',
  minLength: 1,
  maxLength: 512,
  description: 'Subject or group that owns the secret from now on: 1 to 512 bytes of UTF-8, printable.',
  example: 'team-payments',
};

/** What is sent and answered about versions and owners, by the names in the document. */
export const VERSION_SCHEMAS = {
  VersionSelection: closed(
    objectSchema<VersionsDto>('Versions of one secret.', { uri: SECRET_ADDRESS, versions: VERSIONS }, {}),
  ),
  OwnerUpdate: closed(
    objectSchema<OwnerDto>('A change of owner.', { uri: SECRET_ADDRESS, owner: OWNER }, {}),
  ),

  SecretVersion: objectSchema<SecretVersionDto>(
    'One version of a secret.',
    {
      version: VERSION,
      created_time: CREATED_TIME,
      deletion_time: {
        ...TIME,
        nullable: true,
        description: 'When it was, or will be, deleted; null where no time is set.',
        example: null,
      },
      destroyed: { type: 'boolean', description: 'Whether its content is gone for good.', example: false },
      state: {
        type: 'string',
        enum: ['live', 'deleted', 'destroyed'],
        description: 'A version whose deletion time is in the future is still `live`.',
        example: 'live',
      },
    },
    {},
  ),
  VersionList: objectSchema<VersionListDto>(
    'The versions of a secret.',
    {
      uri: ANSWERED_ADDRESS,
      current_version: CURRENT_VERSION,
      versions: { ...listOf('SecretVersion'), description: 'Newest first.' },
    },
    {},
  ),
  MetadataDetail: objectSchema<MetadataDetailDto>(
    'Everything that is kept about a secret but its values.',
    {
      uri: ANSWERED_ADDRESS,
      current_version: CURRENT_VERSION,
      oldest_version: {
        ...VERSION,
        minimum: 0,
        description: 'Number of the oldest version that is kept; 0 before any was pruned.',
        example: 0,
      },
      created_time: CREATED_TIME,
      updated_time: UPDATED_TIME,
      max_versions: {
        type: 'integer',
        minimum: 0,
        description: 'Versions that are kept before the oldest is pruned; 0: as the mount says.',
        example: 0,
      },
      custom_metadata: CUSTOM_METADATA,
      versions: { ...listOf('SecretVersion'), description: 'Newest first.' },
    },
    {},
  ),
  VersionResult: objectSchema<VersionResultDto>(
    'What became of one version.',
    {
      version: VERSION,
      outcome: {
        type: 'string',
        enum: ['undeleted', 'destroyed', 'already', 'not_found'],
        description:
          '`already`: nothing had to be done; `destroyed` after an undelete: the version is gone for good; `not_found`: there is no such version.',
        example: 'undeleted',
      },
    },
    {},
  ),
  VersionResults: objectSchema<VersionResultsDto>(
    'What became of each version.',
    {
      uri: ANSWERED_ADDRESS,
      results: { ...listOf('VersionResult'), description: 'In the order asked for, duplicates once.' },
    },
    {},
  ),
  OwnerUpdated: objectSchema<OwnerUpdatedDto>(
    'The owner as it is now.',
    {
      uri: ANSWERED_ADDRESS,
      owner: { type: 'string', description: 'Subject or group.', example: 'team-payments' },
    },
    {},
  ),
} as const satisfies Record<string, SchemaObject>;
