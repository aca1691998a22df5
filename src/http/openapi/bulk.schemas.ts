import type { SchemaObject } from '@nestjs/swagger';
import type { BulkDto, BulkResultDto, BulkResultsDto } from '../dto/bulk.dto.js';
import { MAX_BULK_OPERATIONS } from '../form/bulk.js';
import { ADDRESS, ANSWERED_ADDRESS, listOf, ref } from './field-schemas.js';
import { closed, objectSchema } from './object-schema.js';

const NAMES = ['set', 'delete', 'undelete', 'destroy', 'rotate'];
const count = (what: string) => ({
  type: 'integer',
  minimum: 0,
  maximum: MAX_BULK_OPERATIONS,
  description: `Operations that ${what}.`,
  example: 0,
});

/** What is sent and answered where many operations are done at once, by the names in the document. */
export const BULK_SCHEMAS = {
  BulkOperation: {
    type: 'object',
    description:
      'One operation. Which fields it takes beside `op` and `uri` follows from `op`; no others are taken.',
    required: ['op', 'uri'],
    additionalProperties: false,
    properties: {
      op: {
        type: 'string',
        enum: NAMES,
        description: '`set` writes, `destroy` destroys versions or, with `all`, the whole secret.',
        example: 'set',
      },
      uri: ADDRESS,
      value: { description: 'Of `set` and `rotate`: any JSON, as for a write.', example: 's3cr3t' },
      createIfMissing: {
        type: 'boolean',
        description: 'Of `rotate`: writes the secret or key also where it does not exist yet.',
        example: false,
      },
      versions: {
        type: 'array',
        items: { type: 'integer', format: 'int64', minimum: 1 },
        description: 'Of `undelete` and `destroy`: the versions.',
        example: [1],
      },
      all: {
        type: 'boolean',
        enum: [true],
        description: 'Of `destroy`, in place of `versions`: every version and the metadata.',
        example: true,
      },
    },
  },
  Bulk: closed(
    objectSchema<BulkDto>(
      'Many operations.',
      {
        operations: {
          type: 'array',
          items: ref('BulkOperation'),
          minItems: 1,
          maxItems: MAX_BULK_OPERATIONS,
          description: 'The operations. Those on one secret are done in their order.',
          example: [{ op: 'set', uri: 'yaml://secret/app/api#token', value: 's3cr3t' }],
        },
        continueOnError: {
          type: 'boolean',
          default: true,
          description: 'False: what comes after the first failure is skipped.',
          example: true,
        },
      },
      { continueOnError: true },
    ),
  ),
  BulkResult: objectSchema<BulkResultDto>(
    'What became of one operation.',
    {
      index: { type: 'integer', minimum: 0, description: 'Its place in the list.', example: 0 },
      op: { type: 'string', enum: NAMES, description: 'Its name.', example: 'set' },
      uri: ANSWERED_ADDRESS,
      status: {
        type: 'string',
        enum: ['succeeded', 'failed', 'skipped'],
        description: 'Whether it was done, failed, or was not tried.',
        example: 'succeeded',
      },
      code: { type: 'string', description: 'Why it failed, as in a problem.', example: 'SECRET_NOT_FOUND' },
      detail: {
        type: 'string',
        description: 'The same in words.',
        example: 'There is no secret at this address.',
      },
    },
    { code: true, detail: true },
  ),
  BulkResults: objectSchema<BulkResultsDto>(
    'What became of each operation.',
    {
      succeeded: { ...count('were done'), example: 1 },
      failed: count('failed'),
      skipped: count('were not tried'),
      results: { ...listOf('BulkResult'), description: 'One for each operation, in their order.' },
    },
    {},
  ),
} as const satisfies Record<string, SchemaObject>;
