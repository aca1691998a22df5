import type { ResponseObject } from '@nestjs/swagger';
import { ERROR_CATALOGUE } from '../../../src/secrets/secret.errors.js';
import type { ErrorCode } from '../../../src/secrets/secret.errors.js';
import type { HttpAnswer } from './byte-client.js';
import type { DocumentedOperation } from './documented-operation.js';
import type { OddRequest } from './odd-requests.js';
import { schemaFaults } from './schema-faults.js';

const PROBLEM = 'application/problem+json';
/** What no operation documents: they say that the request met none. */
const MISSES: readonly ErrorCode[] = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'];
const STACK = /\n\s+at |\.ts:\d|\.js:\d|node_modules|node:internal/;

/** @returns a line for everything about the answer that the document does not say, or that must never be */
export function answerFaults(
  operation: DocumentedOperation,
  request: OddRequest,
  answer: HttpAnswer,
): string[] {
  const { status, headers, body } = answer;
  const faults: string[] = [];
  if (status >= 500 && status !== 501) faults.push(`a ${status}`);
  if (request.mustFail && status < 400) faults.push(`${status}: it was done`);
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(headers.get('x-correlation-id') ?? ''))
    faults.push('no correlation id');
  if (STACK.test(body)) faults.push('a stack');
  if (request.canaries.some((canary) => body.includes(canary))) faults.push('an echo of a value');
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return [
    ...faults,
    ...(type === PROBLEM
      ? problemFaults(operation, request, answer)
      : bodyFaults(operation, request, answer, type)),
  ];
}

function problemFaults(
  operation: DocumentedOperation,
  request: OddRequest,
  { status, headers, body }: HttpAnswer,
): string[] {
  if (request.isHead) return [];
  const problem = JSON.parse(body) as Record<string, unknown>;
  const code = problem['code'] as ErrorCode;
  const faults = schemaFaults({ $ref: '#/components/schemas/Problem' }, problem);
  if (problem['correlation_id'] !== headers.get('x-correlation-id')) faults.push('another correlation id');
  if (ERROR_CATALOGUE[code]?.status !== status) faults.push(`${code} with ${status}`);
  if (MISSES.includes(code)) return request.meetsRoute ? [...faults, `${code} on the route`] : faults;
  const documented = responseOf(operation, status)?.content?.[PROBLEM]?.examples ?? {};
  if (!Object.hasOwn(documented, code)) faults.push(`${status} ${code} is not documented`);
  return faults;
}

function bodyFaults(
  operation: DocumentedOperation,
  request: OddRequest,
  { status, body }: HttpAnswer,
  type: string,
): string[] {
  const response = responseOf(operation, status);
  if (response === undefined) return [`${status} is not documented`];
  const schema = response.content?.[type]?.schema;
  if (schema === undefined) return [`${status} with ${type} is not documented`];
  if (request.isHead || type !== 'application/json') return [];
  return schemaFaults(schema, JSON.parse(body));
}

function responseOf(operation: DocumentedOperation, status: number): ResponseObject | undefined {
  return operation.responses[String(status)];
}
