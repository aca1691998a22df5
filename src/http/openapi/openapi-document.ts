import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeHead } from './document-head.js';

/** The OpenAPI document of the routes that the application has, with keys in one order wherever it is built. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const { openapi, info, servers, security, tags, paths, components } = SwaggerModule.createDocument(
    app,
    describeHead(),
  );
  return { openapi, info, servers, security, tags, paths: sortKeys(paths), components } as OpenAPIObject;
}

function sortKeys<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
