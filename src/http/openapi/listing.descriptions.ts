import type { OperationDescription } from './operation-description.js';
import { PAGE, PREFIX, SEARCH_TEXT, VERSION_PIN, uriParameter } from './query-parameters.js';

const SECRET = 'openbao+kv2://secret/app/api';

export const LISTING_DESCRIPTIONS = {
  listMetadata: {
    summary: 'List the secrets under a prefix',
    description:
      'All levels down, in the order of the paths, without values. What the caller may not see is left out. A prefix with nothing under it is an empty page.',
    parameters: [PREFIX, ...PAGE],
    answers: {
      200: {
        description: 'One page.',
        schema: 'MetadataPage',
        examples: {
          yaml: {
            summary: 'The YAML store names the keys',
            value: {
              items: [{ uri: 'yaml://secret/app/api', keys: ['token', 'user'] }],
              next_cursor: null,
              offset: 0,
              limit: 100,
            },
          },
          openbao: {
            summary: 'OpenBao names versions and custom metadata; more to come',
            value: {
              items: [
                {
                  uri: SECRET,
                  current_version: 3,
                  created_time: '2026-11-22T09:30:00.123456789Z',
                  updated_time: '2026-11-24T09:30:00.123456789Z',
                  custom_metadata: { created_at: '2026-11-22T09:30:00.000Z', owner: 'team-payments' },
                },
              ],
              next_cursor: 'q1Zk0n3wXk5Vb7c2YXBp',
              offset: 0,
              limit: 1,
            },
          },
        },
      },
    },
    problems: [],
  },
  searchSecrets: {
    summary: 'Search names under a prefix',
    description:
      'Paths and names of keys, without regard to case, never values. What the caller may not see is not found. On KV v2 the keys of each secret take a call to the store: a search that used up its 1,000 calls says so.',
    parameters: [SEARCH_TEXT, PREFIX, ...PAGE],
    answers: {
      200: {
        description: 'One page.',
        schema: 'SearchPage',
        examples: {
          found: {
            summary: 'A path that matches, and a key',
            value: {
              items: [
                { uri: 'yaml://secret/app/api', matched: ['path'], keys: [] },
                { uri: 'yaml://secret/web', matched: ['key'], keys: ['api_token'] },
              ],
              next_cursor: null,
              offset: 0,
              limit: 100,
            },
          },
        },
      },
    },
    problems: [],
  },
  listKeys: {
    summary: 'List the keys of a secret',
    description: 'Names only. KV v2 is asked for its subkeys and gives no values.',
    parameters: [uriParameter('yaml', 'openbao', 'hashicorp'), VERSION_PIN],
    answers: {
      200: {
        description: 'The keys.',
        schema: 'SecretKeys',
        headers: ['ETag', 'X-Secret-Version'],
        examples: {
          openbao: { summary: 'KV v2', value: { uri: SECRET, keys: ['token', 'user'], version: 3 } },
          yaml: { summary: 'YAML', value: { uri: 'yaml://secret/app/api', keys: ['token', 'user'] } },
        },
      },
    },
    problems: [
      'SECRET_NOT_FOUND',
      'SECRET_DELETED',
      'VERSION_NOT_FOUND',
      'VERSION_DELETED',
      'VERSION_DESTROYED',
      'NOT_SUPPORTED',
    ],
  },
} as const satisfies Record<string, OperationDescription>;
