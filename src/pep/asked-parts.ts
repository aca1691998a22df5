import type { AppConfig } from '../config/app-config.js';
import { partsOf } from '../secrets/operations.js';
import type { OperationId } from '../secrets/operations.js';

/** The parts of an operation that scope and policy are asked about. A move that need not ask takes its source under the read. */
export function askedParts(
  operation: OperationId,
  { moveRequiresDelete }: AppConfig['transfer'],
): readonly OperationId[] {
  return partsOf(operation).filter((part) => isAsked(part, { moveRequiresDelete }));
}

export function isAsked(part: OperationId, { moveRequiresDelete }: AppConfig['transfer']): boolean {
  return part !== 'moveRemoval' || moveRequiresDelete;
}
