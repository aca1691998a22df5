/** What the policy is asked about, as the platform's policies name it. */
export type Purpose =
  'read' | 'write' | 'delete' | 'rotate' | 'read_metadata' | 'undelete' | 'destroy_versions' | 'owner_update';

/** The OAuth scope that each purpose needs. */
export const SCOPE_OF_PURPOSE = {
  read: 'secrets.read',
  write: 'secrets.write',
  delete: 'secrets.delete',
  rotate: 'secrets.rotate',
  read_metadata: 'secrets.read_metadata',
  undelete: 'secrets.delete',
  destroy_versions: 'secrets.destroy',
  owner_update: 'secrets.set_owner',
} as const satisfies Record<Purpose, string>;

export const PURPOSES = Object.keys(SCOPE_OF_PURPOSE) as readonly Purpose[];

export type Scope = (typeof SCOPE_OF_PURPOSE)[Purpose];

/** What a record can be about. */
export const AUDIT_EVENT_NAMES = [
  'secret.read',
  'secret.write',
  'secret.delete',
  'secret.destroy',
  'secret.undelete',
  'secret.rotate',
  'secret.metadata.read',
  'secret.owner.update',
  'secret.copy',
  'secret.move',
  'audit.read',
  'audit.stream',
  'request.refused',
] as const;

export type AuditEventName = (typeof AUDIT_EVENT_NAMES)[number];

/** Which kinds of store can carry an operation out; the others answer 501. */
export type StoreKind = 'yaml' | 'kv2';

/** Where a request names the secret, and what its address may hold. */
export interface AddressRule {
  readonly in: 'query' | 'body';
  readonly field: 'uri' | 'prefix' | 'fromUri' | 'toUri';
  readonly fragment: 'optional' | 'refused';
  readonly version: 'optional' | 'refused';
}

export interface Operation {
  readonly purpose: Purpose;
  readonly event: AuditEventName;
  /** Undefined: the audit trail is what is asked for, and the call names no address. */
  readonly address: AddressRule | undefined;
  readonly stores: readonly StoreKind[];
  /** Rows that the same request has to be permitted too, each on its own address. */
  readonly also?: readonly string[];
}

const ANY_STORE = ['yaml', 'kv2'] as const;
const VERSIONED = ['kv2'] as const;
const pinnable = { in: 'query', field: 'uri', fragment: 'optional', version: 'optional' } as const;
const latestByQuery = { in: 'query', field: 'uri', fragment: 'optional', version: 'refused' } as const;
const latestByBody = { in: 'body', field: 'uri', fragment: 'optional', version: 'refused' } as const;
const wholeByQuery = { in: 'query', field: 'uri', fragment: 'refused', version: 'refused' } as const;
const wholeByBody = { in: 'body', field: 'uri', fragment: 'refused', version: 'refused' } as const;
const source = { in: 'body', field: 'fromUri', fragment: 'optional', version: 'refused' } as const;
const pinnedSource = { ...source, version: 'optional' } as const;
const destination = { ...source, field: 'toUri' } as const;
const prefix = { in: 'query', field: 'prefix', fragment: 'refused', version: 'refused' } as const;

/**
 * The one table of what the service does: operation, purpose (and by it the scope), audit event, where the address
 * stands and which stores can do it. Names of operations are the operationIds of the OpenAPI document.
 */
export const OPERATIONS = {
  writeSecret: { purpose: 'write', event: 'secret.write', address: latestByBody, stores: ANY_STORE },
  readSecret: { purpose: 'read', event: 'secret.read', address: pinnable, stores: ['yaml'] },
  readSecretValue: { purpose: 'read', event: 'secret.read', address: pinnable, stores: ANY_STORE },
  deleteSecret: { purpose: 'delete', event: 'secret.delete', address: latestByQuery, stores: ANY_STORE },
  /** `deleteSecret` with `destroy=true`. */
  destroySecret: {
    purpose: 'destroy_versions',
    event: 'secret.destroy',
    address: wholeByQuery,
    stores: ANY_STORE,
  },
  rotateSecret: { purpose: 'rotate', event: 'secret.rotate', address: latestByBody, stores: ANY_STORE },
  listMetadata: {
    purpose: 'read_metadata',
    event: 'secret.metadata.read',
    address: prefix,
    stores: ANY_STORE,
  },
  searchSecrets: {
    purpose: 'read_metadata',
    event: 'secret.metadata.read',
    address: prefix,
    stores: ANY_STORE,
  },
  listKeys: {
    purpose: 'read_metadata',
    event: 'secret.metadata.read',
    address: { ...pinnable, fragment: 'refused' },
    stores: ANY_STORE,
  },
  getMetadata: {
    purpose: 'read_metadata',
    event: 'secret.metadata.read',
    address: wholeByQuery,
    stores: VERSIONED,
  },
  listVersions: {
    purpose: 'read_metadata',
    event: 'secret.metadata.read',
    address: wholeByQuery,
    stores: VERSIONED,
  },
  undeleteVersions: {
    purpose: 'undelete',
    event: 'secret.undelete',
    address: wholeByBody,
    stores: VERSIONED,
  },
  destroyVersions: {
    purpose: 'destroy_versions',
    event: 'secret.destroy',
    address: wholeByBody,
    stores: VERSIONED,
  },
  updateOwner: {
    purpose: 'owner_update',
    event: 'secret.owner.update',
    address: wholeByBody,
    stores: VERSIONED,
  },
  copySecret: {
    purpose: 'read',
    event: 'secret.copy',
    address: pinnedSource,
    stores: ANY_STORE,
    also: ['copyDestination'],
  },
  /** The other half of `copySecret`. */
  copyDestination: { purpose: 'write', event: 'secret.copy', address: destination, stores: ANY_STORE },
  moveSecret: {
    purpose: 'read',
    event: 'secret.move',
    address: source,
    stores: ANY_STORE,
    also: ['moveDestination', 'moveRemoval'],
  },
  /** The other parts of `moveSecret`; the removal is asked for where SECRETS_MOVE_REQUIRES_DELETE says so. */
  moveDestination: { purpose: 'write', event: 'secret.move', address: destination, stores: ANY_STORE },
  moveRemoval: { purpose: 'delete', event: 'secret.move', address: source, stores: ANY_STORE },
  streamEvents: { purpose: 'read_metadata', event: 'audit.stream', address: undefined, stores: [] },
  listAudit: { purpose: 'read_metadata', event: 'audit.read', address: undefined, stores: [] },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;

/** Every row that a request of the operation has to be permitted, the operation itself first. */
export function partsOf(operation: OperationId): readonly OperationId[] {
  const { also = [] }: Operation = OPERATIONS[operation];
  return [operation, ...(also as readonly OperationId[])];
}
