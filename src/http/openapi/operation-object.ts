import type {
  OperationObject,
  ParameterObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from '@nestjs/swagger';
import { ERROR_CATALOGUE } from '../../secrets/secret.errors.js';
import type { ErrorCode } from '../../secrets/secret.errors.js';
import { SCOPE_OF_PURPOSE } from '../../secrets/operations.js';
import type { Operation } from '../../secrets/operations.js';
import { PROBLEM_TYPE } from '../problem.js';
import { ref } from './field-schemas.js';
import { CORRELATION_ID, headerRefs } from './header-components.js';
import type { ResponseHeader } from './header-components.js';
import type { AnswerDescription, OperationDescription, SchemaName } from './operation-description.js';
import { descriptionOf, findOperation } from './documented-operations.js';
import type { DocumentedOperation } from './documented-operations.js';
import { problemsOf } from './operation-problems.js';

const STORE_NAMES = { yaml: 'YAML', kv2: 'KV v2' } as const;

/** Parameters in query and headers. */
export function parametersOf(id: DocumentedOperation): readonly ParameterObject[] {
  return [...descriptionOf(id).parameters, CORRELATION_ID];
}

/** The operation as the document has it, but its parameters. */
export function operationObjectOf(id: DocumentedOperation): OperationObject {
  const { summary, description, body, answers } = descriptionOf(id);
  const operation = findOperation(id);
  const problems = [...problemsOf(id)].map(
    ([status, codes]) => [status, problemResponse(status, codes)] as const,
  );
  const successes = Object.entries(answers).map(
    ([status, answer]) => [status, answerResponse(answer)] as const,
  );
  return {
    operationId: id,
    summary,
    description: operation === undefined ? description : `${description}\n\n${policyOf(operation)}`,
    ...(body && { requestBody: bodyOf(body) }),
    // What an operation answers itself comes last: a readiness of 503 is no problem document.
    responses: Object.fromEntries([...problems, ...successes]),
  };
}

function policyOf({ purpose, stores }: Operation): string {
  const policy = `Purpose \`${purpose}\`, scope \`${SCOPE_OF_PURPOSE[purpose]}\`.`;
  const [store, ...more] = stores;
  if (store === undefined) return policy;
  const where = more.length > 0 ? 'every one' : `${STORE_NAMES[store]}; others answer 501`;
  return `${policy} Stores: ${where}.`;
}

function bodyOf({ schema, examples }: NonNullable<OperationDescription['body']>): RequestBodyObject {
  return {
    required: true,
    description:
      'One JSON object in UTF-8, at most 1 MiB, without content encoding and without fields beside these.',
    content: { 'application/json': { schema: ref(schema), examples: { ...examples } } },
  };
}

function answerResponse({
  description,
  mediaType,
  schema,
  headers = [],
  examples,
}: AnswerDescription): ResponseObject {
  return {
    description,
    headers: headerRefs(['X-Correlation-Id', ...headers]),
    content: { [mediaType ?? 'application/json']: { schema: schemaOf(schema), examples: { ...examples } } },
  };
}

function schemaOf(schema: SchemaName | SchemaObject): SchemaObject | { $ref: string } {
  return typeof schema === 'string' ? ref(schema) : schema;
}

function problemResponse(status: number, codes: readonly ErrorCode[]): ResponseObject {
  const lines = codes.map((code) => `- \`${code}\`: ${ERROR_CATALOGUE[code].description}`);
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }] as const);
  return {
    description: lines.join('\n'),
    headers: headerRefs(['X-Correlation-Id', ...problemHeaders(status)]),
    content: { [PROBLEM_TYPE]: { schema: ref('Problem'), examples: Object.fromEntries(examples) } },
  };
}

function problemHeaders(status: number): readonly ResponseHeader[] {
  if (status === 401) return ['WWW-Authenticate'];
  return status === 503 ? ['Retry-After'] : [];
}
