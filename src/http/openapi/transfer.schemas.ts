import type { SchemaObject } from '@nestjs/swagger';
import type { TransferDto, TransferredDto } from '../dto/transfer.dto.js';
import { ADDRESS, ANSWERED_ADDRESS, VERSION } from './field-schemas.js';
import { closed, objectSchema } from './object-schema.js';

const OVERWRITE = {
  type: 'boolean',
  default: false,
  description: 'Writes over what stands at the destination, in place of answering 409.',
  example: false,
};

/** What is sent and answered where secrets are copied and moved, by the names in the document. */
export const TRANSFER_SCHEMAS = {
  Transfer: closed(
    objectSchema<TransferDto>(
      'A copy or a move.',
      {
        fromUri: { ...ADDRESS, description: 'Canonical address of the source.' },
        toUri: {
          ...ADDRESS,
          description: 'Canonical address of the destination, a key where the source is one.',
        },
        overwrite: OVERWRITE,
      },
      { overwrite: true },
    ),
  ),
  Transferred: objectSchema<TransferredDto>(
    'What a copy or move did.',
    {
      fromUri: { ...ANSWERED_ADDRESS, description: 'Canonical address of the source.' },
      toUri: { ...ANSWERED_ADDRESS, description: 'Canonical address of the destination.' },
      version: {
        ...VERSION,
        description: 'The version at the destination, where the store counts versions.',
      },
      warnings: {
        type: 'array',
        items: { type: 'string' },
        description: 'What failed beside the copy itself, present only then: `METADATA_NOT_STAMPED`.',
        example: ['METADATA_NOT_STAMPED'],
      },
    },
    { version: true, warnings: true },
  ),
} as const satisfies Record<string, SchemaObject>;
