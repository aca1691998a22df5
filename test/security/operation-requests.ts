import { OPERATIONS } from '../../src/secrets/operations.js';

/** One call of the API, without its credential. */
export interface ApiCall {
  readonly method: string;
  /** Behind `/api/secrets`, the query with it. */
  readonly path: string;
  readonly body?: unknown;
}

/** What a caller puts into the calls beside the address. */
export interface CallContents {
  readonly value?: unknown;
  readonly owner?: string;
}

export type CallMaker = (uri: string, contents?: CallContents) => ApiCall;

const query = (uri: string): string => `?uri=${encodeURIComponent(uri)}`;
const get =
  (path: string) =>
  (uri: string): ApiCall => ({ method: 'GET', path: `${path}${query(uri)}` });

function withNames<Name extends string>(makers: Record<Name, CallMaker>): Readonly<Record<Name, CallMaker>> {
  return makers;
}

/** A well-formed call of every operation on an address, by its operationId; copies and moves go beside it. */
export const OPERATION_REQUESTS = withNames({
  writeSecret: (uri, { value = { k: 1 } } = {}) => ({ method: 'POST', path: '', body: { uri, value } }),
  readSecret: get(''),
  readSecretValue: get('/value'),
  deleteSecret: (uri) => ({ method: 'DELETE', path: query(uri) }),
  destroySecret: (uri) => ({ method: 'DELETE', path: `${query(uri)}&destroy=true` }),
  rotateSecret: (uri, { value = { k: 1 } } = {}) => ({
    method: 'POST',
    path: '/rotate',
    body: { uri, value },
  }),
  listMetadata: (uri) => ({ method: 'GET', path: `/metadata?prefix=${encodeURIComponent(uri)}` }),
  searchSecrets: (uri) => ({ method: 'GET', path: `/search?q=e&prefix=${encodeURIComponent(uri)}` }),
  listKeys: get('/keys'),
  getMetadata: get('/metadata/detail'),
  listVersions: get('/versions'),
  undeleteVersions: (uri) => ({ method: 'POST', path: '/undelete', body: { uri, versions: [1] } }),
  destroyVersions: (uri) => ({ method: 'POST', path: '/destroy-versions', body: { uri, versions: [1] } }),
  updateOwner: (uri, { owner = 'somebody' } = {}) => ({
    method: 'POST',
    path: '/metadata/owner',
    body: { uri, owner },
  }),
  copySecret: (uri) => ({ method: 'POST', path: '/copy', body: { fromUri: uri, toUri: `${uri}-copy` } }),
  moveSecret: (uri) => ({ method: 'POST', path: '/move', body: { fromUri: uri, toUri: `${uri}-moved` } }),
});

export type AddressedOperation = keyof typeof OPERATION_REQUESTS;

/** Those that this release has. */
export const OPERATION_IDS = (Object.keys(OPERATION_REQUESTS) as AddressedOperation[]).filter((id) =>
  Object.hasOwn(OPERATIONS, id),
);
