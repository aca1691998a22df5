import { OPERATIONS } from '../../secrets/operations.js';
import type { Operation } from '../../secrets/operations.js';
import { AUDIT_DESCRIPTIONS } from './audit.descriptions.js';
import { LISTING_DESCRIPTIONS } from './listing.descriptions.js';
import { BULK_DESCRIPTIONS } from './bulk.descriptions.js';
import type { OperationDescription } from './operation-description.js';
import { SECRET_DESCRIPTIONS } from './secret.descriptions.js';
import { SERVICE_DESCRIPTIONS } from './service.descriptions.js';
import { TRANSFER_DESCRIPTIONS } from './transfer.descriptions.js';
import { VERSION_DESCRIPTIONS } from './versions.descriptions.js';

const DESCRIPTIONS = {
  ...SECRET_DESCRIPTIONS,
  ...LISTING_DESCRIPTIONS,
  ...VERSION_DESCRIPTIONS,
  ...TRANSFER_DESCRIPTIONS,
  ...BULK_DESCRIPTIONS,
  ...AUDIT_DESCRIPTIONS,
  ...SERVICE_DESCRIPTIONS,
} as const;

/** The operationIds of the document. */
export type DocumentedOperation = keyof typeof DESCRIPTIONS;

export const DOCUMENTED_OPERATIONS = Object.keys(DESCRIPTIONS) as DocumentedOperation[];

export function descriptionOf(id: DocumentedOperation): OperationDescription {
  return DESCRIPTIONS[id];
}

/** The row of the table of operations; undefined for a route that touches no secret. */
export function findOperation(id: DocumentedOperation): Operation | undefined {
  return Object.hasOwn(OPERATIONS, id) ? OPERATIONS[id as keyof typeof OPERATIONS] : undefined;
}
