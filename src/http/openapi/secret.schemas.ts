import type { SchemaObject } from '@nestjs/swagger';
import type { SecretDeletedDto, SecretWrittenDto } from '../dto/answers.dto.js';
import type { RotateSecretDto, WriteSecretDto } from '../dto/write-secret.dto.js';
import { ADDRESS, ANSWERED_ADDRESS, VERSION } from './field-schemas.js';
import { closed, objectSchema } from './object-schema.js';

/** No type: any JSON is a value. */
const VALUE = {
  description:
    'Any JSON. Without a fragment it has to be an object and replaces the whole map; with one it becomes that key, and an object whose only key is the fragment is unwrapped. At most 32 levels deep and 1,000 keys in all.',
  example: { token: 's3cr3t', user: 'app' },
};

const CREATE_IF_MISSING = {
  type: 'boolean',
  default: false,
  description: 'Writes the secret or key also where it does not exist yet, in place of answering 404.',
  example: false,
};

const SECRET_CONTENT: SchemaObject = {
  type: 'object',
  description:
    'Without a fragment the map of the secret: its keys, each with any JSON as its value. With a fragment an object whose one field `value` holds the value of that key.',
  additionalProperties: true,
  example: { token: 's3cr3t', user: 'app' },
};

/** What is sent and answered where values are, by the names in the document. */
export const SECRET_SCHEMAS = {
  WriteSecret: closed(objectSchema<WriteSecretDto>('A write.', { uri: ADDRESS, value: VALUE }, {})),
  RotateSecret: closed(
    objectSchema<RotateSecretDto>(
      'A rotation.',
      { uri: ADDRESS, value: VALUE, createIfMissing: CREATE_IF_MISSING },
      { createIfMissing: true },
    ),
  ),

  SecretContent: SECRET_CONTENT,
  SecretWritten: objectSchema<SecretWrittenDto>(
    'What a write or rotation did.',
    {
      uri: ANSWERED_ADDRESS,
      version: { ...VERSION, description: 'The new version, where the store counts versions.' },
      created: { type: 'boolean', description: 'Whether the secret is new.', example: false },
      warnings: {
        type: 'array',
        items: { type: 'string' },
        description:
          'What failed beside the write itself, present only then: `METADATA_NOT_STAMPED` where creator, time and owner could not be noted.',
        example: ['METADATA_NOT_STAMPED'],
      },
    },
    { version: true, warnings: true },
  ),
  SecretDeleted: objectSchema<SecretDeletedDto>(
    'What a deletion took away.',
    {
      uri: ANSWERED_ADDRESS,
      deleted: {
        type: 'string',
        enum: ['key', 'version', 'secret', 'all_versions'],
        description:
          '`key`: one key; `version`: the latest version, softly; `secret`: the secret (YAML); `all_versions`: every version and the metadata, for good.',
        example: 'version',
      },
      version: { ...VERSION, description: 'The version that was deleted softly.' },
    },
    { version: true },
  ),
} as const satisfies Record<string, SchemaObject>;
