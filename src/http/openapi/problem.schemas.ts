import type { ExampleObject, SchemaObject } from '@nestjs/swagger';
import { ERROR_CATALOGUE, SecretError } from '../../secrets/secret.errors.js';
import type { ErrorCode } from '../../secrets/secret.errors.js';
import { describeProblem } from '../problem.js';
import type { Problem } from '../problem.js';
import { objectSchema } from './object-schema.js';

export const ERROR_CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
const EXAMPLE_PATH = '/api/secrets/value';
const EXAMPLE_ID = '3f1c9a52-7f0e-4f1b-9d6a-2c1f6f0b8e11';
const EXAMPLE_FACTS = { purpose: 'read', decision_id: 'unenforced-1c6f9f3e-0f8e-4a52-9a55-0f8f1b7c2d10' };

export const PROBLEM_SCHEMAS = {
  Problem: objectSchema<Problem>(
    'What went wrong, as RFC 9457 has it. It never holds a value, a token or a text of the store.',
    {
      type: { type: 'string', format: 'uri', description: 'URN of the kind of problem, made of `code`.' },
      title: { type: 'string', description: 'What `code` means, in a few words.' },
      status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
      detail: { type: 'string', description: 'What is wrong with this request, for people.' },
      instance: { type: 'string', description: 'Path of the request, never its query.' },
      code: { type: 'string', enum: ERROR_CODES, description: 'Stable code: what programs decide by.' },
      correlation_id: { type: 'string', description: 'Id of the request, as in `X-Correlation-Id`.' },
      purpose: { type: 'string', description: 'With `SECRET_AUTHZ_FAILED`: the purpose that was asked for.' },
      decision_id: { type: 'string', description: 'With `SECRET_AUTHZ_FAILED`: id of the decision.' },
    },
    { purpose: true, decision_id: true },
  ),
} as const satisfies Record<string, SchemaObject>;

/** One problem document for each of the codes; the operations refer to them. */
export function problemExamples(codes: ReadonlySet<ErrorCode>): Record<string, ExampleObject> {
  const used = ERROR_CODES.filter((code) => codes.has(code));
  return Object.fromEntries(
    used.map((code) => [code, { summary: ERROR_CATALOGUE[code].title, value: exampleOf(code) }]),
  );
}

function exampleOf(code: ErrorCode): Problem {
  const facts = code === 'SECRET_AUTHZ_FAILED' ? EXAMPLE_FACTS : {};
  return describeProblem(new SecretError(code, undefined, facts), EXAMPLE_PATH, EXAMPLE_ID);
}
