import type { ParameterObject } from '@nestjs/swagger';
import type { Examples } from './operation-description.js';
import { MAX_ADDRESS_LENGTH } from './field-schemas.js';

type Parameter = ParameterObject & { readonly description: string };

const ENCODED =
  'It goes percent-encoded into the query (`yaml%3A%2F%2Fsecret%2Fapp%2Fapi%23token`): a `#` that is not encoded never arrives.';

const EXAMPLES = {
  yaml: { summary: 'A secret of the YAML store', value: 'yaml://secret/app/api' },
  yamlKey: { summary: 'One key of it', value: 'yaml://secret/app/api#token' },
  openbao: { summary: 'A secret in OpenBao', value: 'openbao+kv2://secret/app/api' },
  openbaoKey: { summary: 'One key of it', value: 'openbao+kv2://secret/app/api#token' },
  hashicorp: { summary: 'A secret in HashiCorp Vault', value: 'hashicorp+kv2://secret/app/api' },
} as const satisfies Examples;

type ExampleName = keyof typeof EXAMPLES;

/** @param names the first one is what tools send */
export function uriParameter(...names: readonly ExampleName[]): Parameter {
  const takesKeys = names.some((name) => name.endsWith('Key'));
  const what = takesKeys
    ? 'Canonical address of the secret, or with a fragment of one of its keys.'
    : 'Canonical address of the whole secret, without a fragment.';
  return {
    name: 'uri',
    in: 'query',
    required: true,
    description: `${what} ${ENCODED}`,
    schema: { type: 'string', minLength: 1, maxLength: MAX_ADDRESS_LENGTH },
    examples: Object.fromEntries(names.map((name) => [name, EXAMPLES[name]])),
  };
}

export const PREFIX: Parameter = {
  name: 'prefix',
  in: 'query',
  required: true,
  description: `Address of a folder with its closing \`/\`, or a whole path, which takes in the secret of that name too; \`app\` never matches \`apple\`. ${ENCODED}`,
  schema: { type: 'string', minLength: 1, maxLength: MAX_ADDRESS_LENGTH },
  examples: {
    folder: { summary: 'A folder of the YAML store', value: 'yaml://secret/app/' },
    mount: { summary: 'A whole mount of OpenBao', value: 'openbao+kv2://secret/' },
  },
};

export const SEARCH_TEXT: Parameter = {
  name: 'q',
  in: 'query',
  required: true,
  description:
    'Text that the path or the name of a key has to hold, without regard to case. Values are never looked at.',
  schema: { type: 'string', minLength: 1, maxLength: 256, example: 'api' },
};

export const FRAGMENT: Parameter = {
  name: 'fragment',
  in: 'query',
  required: false,
  description:
    'Name of one key, in place of the `#…` of the address; where both are given they have to be equal.',
  schema: { type: 'string', minLength: 1, example: 'token' },
};

export const VERSION_PIN: Parameter = {
  name: 'version',
  in: 'query',
  required: false,
  description:
    'Number of the version to read, in place of the `?version=` of the address; where both are given they have to be equal. Without it the latest. KV v2 only: the YAML store keeps no versions and answers 501.',
  schema: { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, example: 3 },
};

export const DESTROY: Parameter = {
  name: 'destroy',
  in: 'query',
  required: false,
  description:
    '`true` takes every version and the metadata away for good. Needs `secrets.destroy` in place of `secrets.delete`.',
  schema: { type: 'boolean', default: false, example: false },
};

/** Where a page begins and how long it is; `offset` and `cursor` exclude each other. */
export const PAGE: readonly Parameter[] = [
  {
    name: 'limit',
    in: 'query',
    required: false,
    description: 'The most entries of the page. Without it 100, or what `SECRETS_PAGE_LIMIT_DEFAULT` says.',
    schema: { type: 'integer', minimum: 1, maximum: 1000, example: 100 },
  },
  {
    name: 'offset',
    in: 'query',
    required: false,
    description: 'Entries to pass over. Not together with `cursor`, which is cheaper on long listings.',
    schema: { type: 'integer', minimum: 0, maximum: 1_000_000, example: 0 },
  },
  {
    name: 'cursor',
    in: 'query',
    required: false,
    description: '`next_cursor` of the page before, of the same prefix. Not together with `offset`.',
    schema: { type: 'string', minLength: 1, example: 'q1Zk0n3wXk5Vb7c2YXBp' },
  },
];
