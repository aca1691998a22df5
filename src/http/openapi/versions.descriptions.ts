import type { Examples, OperationDescription } from './operation-description.js';
import { uriParameter } from './query-parameters.js';

const SECRET = 'openbao+kv2://secret/app/api';
const SELECTION: Examples = {
  openbao: { summary: 'Two versions', value: { uri: SECRET, versions: [1, 2] } },
};

const LIVE = {
  version: 3,
  created_time: '2026-11-24T09:30:00.123456789Z',
  deletion_time: null,
  destroyed: false,
  state: 'live',
};
const DELETED = {
  version: 2,
  created_time: '2026-11-23T09:30:00.123456789Z',
  deletion_time: '2026-11-24T08:00:00.123456789Z',
  destroyed: false,
  state: 'deleted',
};
const CUSTOM_METADATA = {
  created_by: 'alice',
  created_at: '2026-11-22T09:30:00.000Z',
  owner: 'team-payments',
};

export const VERSION_DESCRIPTIONS = {
  getMetadata: {
    summary: 'Read the metadata of a secret',
    description:
      'Times, custom metadata and versions, also of a secret whose versions are all deleted. KV v2 only.',
    parameters: [uriParameter('openbao', 'hashicorp')],
    answers: {
      200: {
        description: 'The metadata.',
        schema: 'MetadataDetail',
        examples: {
          openbao: {
            summary: 'A secret with a deleted version',
            value: {
              uri: SECRET,
              current_version: 3,
              oldest_version: 2,
              created_time: '2026-11-22T09:30:00.123456789Z',
              updated_time: LIVE.created_time,
              max_versions: 2,
              custom_metadata: CUSTOM_METADATA,
              versions: [LIVE, DELETED],
            },
          },
        },
      },
    },
    problems: ['SECRET_NOT_FOUND'],
  },
  listVersions: {
    summary: 'List the versions of a secret',
    description: 'Newest first, with their states. KV v2 only.',
    parameters: [uriParameter('openbao', 'hashicorp')],
    answers: {
      200: {
        description: 'The versions.',
        schema: 'VersionList',
        examples: {
          openbao: {
            summary: 'Two versions',
            value: { uri: SECRET, current_version: 3, versions: [LIVE, DELETED] },
          },
        },
      },
    },
    problems: ['SECRET_NOT_FOUND'],
  },
  undeleteVersions: {
    summary: 'Bring deleted versions back',
    description: 'One outcome for each version. A destroyed version cannot come back. KV v2 only.',
    parameters: [],
    body: { schema: 'VersionSelection', examples: SELECTION },
    answers: {
      200: {
        description: 'What became of each version.',
        schema: 'VersionResults',
        examples: {
          openbao: {
            summary: 'One was never deleted',
            value: {
              uri: SECRET,
              results: [
                { version: 1, outcome: 'already' },
                { version: 2, outcome: 'undeleted' },
              ],
            },
          },
        },
      },
    },
    problems: ['SECRET_NOT_FOUND', 'VERSIONS_REQUIRED', 'INVALID_VERSION', 'OUTCOME_UNKNOWN'],
  },
  destroyVersions: {
    summary: 'Destroy versions for good',
    description:
      'Their content is gone; their numbers and times stay. One outcome for each version. KV v2 only.',
    parameters: [],
    body: { schema: 'VersionSelection', examples: SELECTION },
    answers: {
      200: {
        description: 'What became of each version.',
        schema: 'VersionResults',
        examples: {
          openbao: {
            summary: 'One was pruned before',
            value: {
              uri: SECRET,
              results: [
                { version: 1, outcome: 'not_found' },
                { version: 2, outcome: 'destroyed' },
              ],
            },
          },
        },
      },
    },
    problems: ['SECRET_NOT_FOUND', 'VERSIONS_REQUIRED', 'INVALID_VERSION', 'OUTCOME_UNKNOWN'],
  },
  updateOwner: {
    summary: 'Set the owner of a secret',
    description: '`created_by`, `created_at` and every other custom metadata stay. KV v2 only.',
    parameters: [],
    body: {
      schema: 'OwnerUpdate',
      examples: { openbao: { summary: 'A new owner', value: { uri: SECRET, owner: 'team-payments' } } },
    },
    answers: {
      200: {
        description: 'The owner is set.',
        schema: 'OwnerUpdated',
        examples: { openbao: { summary: 'As it is now', value: { uri: SECRET, owner: 'team-payments' } } },
      },
    },
    problems: ['SECRET_NOT_FOUND', 'WRITE_CONFLICT', 'OUTCOME_UNKNOWN'],
  },
} as const satisfies Record<string, OperationDescription>;
