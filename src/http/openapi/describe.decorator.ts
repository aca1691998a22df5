import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { operationObjectOf, parametersOf } from './operation-object.js';
import type { DocumentedOperation } from './documented-operations.js';

/** Puts everything that the document says of an operation on its handler; the texts stand in `*.descriptions.ts`. */
export function Describe(id: DocumentedOperation): MethodDecorator {
  // Nest drops those that stand in the operation, and any example beside a schema.
  const named = parametersOf(id).map((parameter) =>
    parameter.in === 'query' ? ApiQuery(parameter) : ApiHeader(parameter),
  );
  return applyDecorators(ApiOperation(operationObjectOf(id)), ...named);
}
