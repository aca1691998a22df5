import type { BulkAction, BulkOperationName, BulkRequest, BulkStep } from '../../application/bulk.service.js';
import { isJsonObject } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import type { OperationId } from '../../secrets/operations.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import { changeFor } from '../../secrets/secret-value.js';
import type { BulkDto } from '../dto/bulk.dto.js';
import { MAX_VERSIONS } from '../dto/versions.dto.js';
import { parseAddress } from './address.js';
import type { RequestForm } from './request-form.js';

export const MAX_BULK_OPERATIONS = 100;

interface Rule {
  /** Fields beside `op` and `uri`; a `?` behind those that may be left out. */
  readonly fields: readonly string[];
  readonly operationOf: (item: JsonObject) => OperationId;
  readonly actionOf: (item: JsonObject, uri: SecretUri) => BulkAction;
}

const RULES: Readonly<Record<BulkOperationName, Rule>> = {
  set: {
    fields: ['value'],
    operationOf: () => 'writeSecret',
    actionOf: ({ value = null }, uri) => ({ kind: 'change', change: changeFor(uri, value, false) }),
  },
  rotate: {
    fields: ['value', 'createIfMissing?'],
    operationOf: () => 'rotateSecret',
    actionOf: ({ value = null, createIfMissing }, uri) => ({
      kind: 'change',
      change: changeFor(uri, value, createIfMissing !== true),
    }),
  },
  delete: { fields: [], operationOf: () => 'deleteSecret', actionOf: () => ({ kind: 'delete' }) },
  undelete: {
    fields: ['versions'],
    operationOf: () => 'undeleteVersions',
    actionOf: ({ versions }) => ({ kind: 'undelete', versions: parseVersions(versions) }),
  },
  destroy: {
    fields: ['versions?', 'all?'],
    operationOf: ({ all }) => (all === true ? 'destroySecret' : 'destroyVersions'),
    actionOf: ({ all, versions }) =>
      all === true ? { kind: 'destroy' } : { kind: 'destroy-versions', versions: parseVersions(versions) },
  },
};

/**
 * The operations of a bulk. A wrong shape makes the whole body malformed; a wrong address or value fails its own
 * operation.
 * @throws SecretError INVALID_REQUEST
 */
export function readBulk({ body }: RequestForm): BulkRequest {
  const { operations, continueOnError = true } = body as BulkDto;
  const items = operations.open();
  if (!Array.isArray(items) || items.length < 1 || items.length > MAX_BULK_OPERATIONS) {
    throw new SecretError(
      'INVALID_REQUEST',
      `"operations" is a list of 1 to ${MAX_BULK_OPERATIONS} operations.`,
    );
  }
  const shaped = items.map(checkShape);
  return { steps: shaped.map(readStep), continueOnError };
}

interface Shaped {
  readonly op: BulkOperationName;
  readonly uri: string;
  readonly item: JsonObject;
}

function checkShape(item: JsonValue, index: number): Shaped {
  const refuse = (reason: string): never => {
    throw new SecretError('INVALID_REQUEST', `Operation ${index}: ${reason}.`);
  };
  if (!isJsonObject(item)) return refuse('it has to be an object');
  const { op, uri } = item;
  if (!isOperationName(op)) return refuse(`"op" is one of ${Object.keys(RULES).join(', ')}`);
  if (typeof uri !== 'string') return refuse('"uri" is a text');
  const { fields } = RULES[op];
  const known = new Set(['op', 'uri', ...fields.map((field) => field.replace('?', ''))]);
  if (Object.keys(item).some((name) => !known.has(name)))
    return refuse(`it has an unknown field; known are ${[...known].join(', ')}`);
  const missing = fields.find((field) => !field.endsWith('?') && !Object.hasOwn(item, field));
  if (missing !== undefined) return refuse(`"${missing}" is required`);
  checkKinds(op, item, refuse);
  return { op, uri, item };
}

function checkKinds(op: BulkOperationName, item: JsonObject, refuse: (reason: string) => never): void {
  const { createIfMissing, versions, all } = item;
  if (createIfMissing !== undefined && typeof createIfMissing !== 'boolean')
    refuse('"createIfMissing" is true or false');
  if (versions !== undefined && !Array.isArray(versions)) refuse('"versions" is a list');
  if (all !== undefined && all !== true) refuse('"all" is true, or left out');
  // Nobody destroys everything by leaving something out.
  if (op === 'destroy' && (versions === undefined) === (all === undefined))
    refuse('it takes "versions" or "all", one of them');
}

function readStep({ op, uri, item }: Shaped): BulkStep {
  const { operationOf, actionOf } = RULES[op];
  const operation = operationOf(item);
  try {
    const resource = parseAddress(operation, (name) => (name === 'uri' ? uri : undefined));
    if (!(resource instanceof SecretUri)) throw new Error('a bulk has no such operation');
    return { op, uri, operation, work: { resource, action: actionOf(item, resource) } };
  } catch (error) {
    if (error instanceof SecretError) return { op, uri, operation, work: error };
    throw error;
  }
}

function parseVersions(versions: JsonValue | undefined): readonly number[] {
  if (!Array.isArray(versions) || versions.length === 0) throw new SecretError('VERSIONS_REQUIRED');
  if (versions.length > MAX_VERSIONS || !versions.every(isVersion)) throw new SecretError('INVALID_VERSION');
  return versions;
}

function isVersion(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isOperationName(name: JsonValue | undefined): name is BulkOperationName {
  return typeof name === 'string' && Object.hasOwn(RULES, name);
}
