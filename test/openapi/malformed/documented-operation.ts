import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type {
  OpenAPIObject,
  ParameterObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from '@nestjs/swagger';

const FILE = join(resolve(import.meta.dirname, '../../..'), 'docs/openapi.json');
const METHODS = ['get', 'post', 'delete'] as const;

export const DOCUMENT = JSON.parse(readFileSync(FILE, 'utf8')) as OpenAPIObject;

/** An operation of docs/openapi.json, with what requests are made of and answers are held to. */
export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly ParameterObject[];
  /** Undefined: it takes no body. */
  readonly body: SchemaObject | undefined;
  /** Bodies that the document shows. */
  readonly bodies: readonly Readonly<Record<string, unknown>>[];
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export const DOCUMENTED: readonly DocumentedOperation[] = Object.entries(DOCUMENT.paths).flatMap(
  ([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const content = (operation.requestBody as RequestBodyObject | undefined)?.content['application/json'];
      const examples = Object.values(content?.examples ?? {}) as { value: Record<string, unknown> }[];
      return [
        {
          id: operation.operationId ?? '',
          method: method.toUpperCase(),
          path,
          parameters: (operation.parameters ?? []) as ParameterObject[],
          body: content === undefined ? undefined : resolveSchema(content.schema as SchemaObject),
          bodies: examples.map(({ value }) => value),
          responses: operation.responses as Record<string, ResponseObject>,
        },
      ];
    }),
);

/** What a reference of the document leads to. */
export function resolveSchema(schema: SchemaObject | { readonly $ref: string }): SchemaObject {
  if (!('$ref' in schema)) return schema;
  const name = schema.$ref.replace('#/components/schemas/', '');
  const found = DOCUMENT.components?.schemas?.[name];
  if (found === undefined) throw new Error(`the document has no ${schema.$ref}`);
  return resolveSchema(found);
}
