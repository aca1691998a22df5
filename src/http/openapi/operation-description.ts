import type { ExampleObject, ParameterObject, SchemaObject } from '@nestjs/swagger';
import type { ErrorCode } from '../../secrets/secret.errors.js';
import type { ResponseHeader } from './header-components.js';
import type { AUDIT_SCHEMAS } from './audit.schemas.js';
import type { BULK_SCHEMAS } from './bulk.schemas.js';
import type { LISTING_SCHEMAS } from './listing.schemas.js';
import type { PROBLEM_SCHEMAS } from './problem.schemas.js';
import type { SECRET_SCHEMAS } from './secret.schemas.js';
import type { SERVICE_SCHEMAS } from './service.schemas.js';
import type { TRANSFER_SCHEMAS } from './transfer.schemas.js';
import type { VERSION_SCHEMAS } from './versions.schemas.js';

export type SchemaName = keyof (typeof AUDIT_SCHEMAS &
  typeof BULK_SCHEMAS &
  typeof LISTING_SCHEMAS &
  typeof PROBLEM_SCHEMAS &
  typeof SECRET_SCHEMAS &
  typeof SERVICE_SCHEMAS &
  typeof TRANSFER_SCHEMAS &
  typeof VERSION_SCHEMAS);

export type Examples = Readonly<
  Record<string, ExampleObject & { readonly summary: string; readonly value: unknown }>
>;

export interface AnswerDescription {
  readonly description: string;
  /** The name of a component, or a schema of its own. */
  readonly schema: SchemaName | SchemaObject;
  /** Without it `application/json`. */
  readonly mediaType?: string;
  /** Beside X-Correlation-Id. */
  readonly headers?: readonly ResponseHeader[];
  readonly examples: Examples;
}

/** What the document says of an operation; what follows from the table of operations is added from there. */
export interface OperationDescription {
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  /** Beside X-Correlation-Id. */
  readonly parameters: readonly ParameterObject[];
  readonly body?: { readonly schema: SchemaName; readonly examples: Examples };
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** Codes of this operation; those of many operations come from `operation-problems.ts`. */
  readonly problems: readonly ErrorCode[];
}
