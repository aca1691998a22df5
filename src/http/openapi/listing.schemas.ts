import type { SchemaObject } from '@nestjs/swagger';
import type {
  FoundSecretDto,
  ListedSecretDto,
  MetadataPageDto,
  SearchPageDto,
  SecretKeysDto,
} from '../dto/answers.dto.js';
import {
  ANSWERED_ADDRESS,
  CREATED_TIME,
  CURRENT_VERSION,
  CUSTOM_METADATA,
  KEYS,
  UPDATED_TIME,
  VERSION,
  listOf,
} from './field-schemas.js';
import { objectSchema } from './object-schema.js';

const PAGE_FIELDS = {
  next_cursor: {
    type: 'string',
    nullable: true,
    description: 'Cursor of the next page; null on the last one.',
    example: null,
  },
  offset: { type: 'integer', minimum: 0, description: 'Entries that were passed over.', example: 0 },
  limit: {
    type: 'integer',
    minimum: 1,
    description: 'The most entries that the page holds.',
    example: 100,
  },
  truncated: {
    type: 'boolean',
    description:
      'Present and true where the listing was given up at its budget of 1,000 calls to the store; more may follow.',
    example: true,
  },
} as const;

/** Answers that name secrets and keys, by the names in the document. */
export const LISTING_SCHEMAS = {
  SecretKeys: objectSchema<SecretKeysDto>(
    'The keys of a secret.',
    {
      uri: ANSWERED_ADDRESS,
      keys: KEYS,
      version: {
        ...VERSION,
        description: 'The version that was looked at, where the store counts versions.',
      },
    },
    { version: true },
  ),

  ListedSecret: objectSchema<ListedSecretDto>(
    'One secret of a listing, with what the store tells of it without a call for each.',
    {
      uri: { ...ANSWERED_ADDRESS, description: 'The whole canonical address of the secret.' },
      keys: KEYS,
      current_version: CURRENT_VERSION,
      created_time: CREATED_TIME,
      updated_time: UPDATED_TIME,
      custom_metadata: CUSTOM_METADATA,
    },
    { keys: true, current_version: true, created_time: true, updated_time: true, custom_metadata: true },
  ),
  MetadataPage: objectSchema<MetadataPageDto>(
    'One page of a listing.',
    {
      items: {
        ...listOf('ListedSecret'),
        description: 'The secrets of this page, in the order of their paths.',
      },
      ...PAGE_FIELDS,
    },
    { truncated: true },
  ),

  FoundSecret: objectSchema<FoundSecretDto>(
    'One secret that a search found.',
    {
      uri: { ...ANSWERED_ADDRESS, description: 'The whole canonical address of the secret.' },
      matched: {
        type: 'array',
        items: { type: 'string', enum: ['path', 'key'] },
        description: 'What holds the text.',
        example: ['key'],
      },
      keys: { ...KEYS, description: 'The keys whose names hold the text.' },
    },
    {},
  ),
  SearchPage: objectSchema<SearchPageDto>(
    'One page of a search.',
    {
      items: { ...listOf('FoundSecret'), description: 'What was found, in the order of the paths.' },
      ...PAGE_FIELDS,
    },
    { truncated: true },
  ),
} as const satisfies Record<string, SchemaObject>;
