import { IDEMPOTENCY_CODES, IDEMPOTENCY_KEY } from './idempotency.description.js';
import type { OperationDescription } from './operation-description.js';

const KEY = 'yaml://secret/app/api#token';
const NONE = 'yaml://secret/app/none';

export const BULK_DESCRIPTIONS = {
  bulk: {
    summary: 'Do many operations at once',
    description:
      'Each operation needs its own scope and permit, and has its own record. Those on one secret are done in their order, others side by side. A wrong shape makes the whole body malformed and nothing is done; a wrong address or value fails its own operation. The answer is 200 also where all failed.',
    parameters: [IDEMPOTENCY_KEY],
    body: {
      schema: 'Bulk',
      examples: {
        rotate: {
          summary: 'Write one key, and rotate what is not there',
          value: {
            operations: [
              { op: 'set', uri: KEY, value: 's3cr3t' },
              { op: 'rotate', uri: NONE, value: { token: 'x' } },
            ],
          },
        },
        destroy: {
          summary: 'Destroy two versions, and stop at the first failure',
          value: {
            operations: [{ op: 'destroy', uri: 'openbao+kv2://secret/app/api', versions: [1, 2] }],
            continueOnError: false,
          },
        },
      },
    },
    answers: {
      200: {
        description: 'One result for each operation.',
        schema: 'BulkResults',
        headers: ['Idempotency-Replayed'],
        examples: {
          mixed: {
            summary: 'One done, one failed',
            value: {
              succeeded: 1,
              failed: 1,
              skipped: 0,
              results: [
                { index: 0, op: 'set', uri: KEY, status: 'succeeded' },
                {
                  index: 1,
                  op: 'rotate',
                  uri: NONE,
                  status: 'failed',
                  code: 'SECRET_NOT_FOUND',
                  detail: 'There is no secret at this address.',
                },
              ],
            },
          },
        },
      },
    },
    problems: [
      'UNAUTHENTICATED',
      'INVALID_TOKEN',
      'IDP_UNAVAILABLE',
      'CROSS_ORIGIN',
      'AMBIGUOUS_QUERY',
      'UNSUPPORTED_MEDIA_TYPE',
      'VALUE_TOO_COMPLEX',
      'PDP_UNAVAILABLE',
      'AUDIT_UNAVAILABLE',
      'RATE_LIMITED',
      ...IDEMPOTENCY_CODES,
    ],
  },
} as const satisfies Record<string, OperationDescription>;
