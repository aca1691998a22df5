import type { OPERATIONS } from '../../src/secrets/operations.js';

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

/** The operations on an address; the others are about no secret. */
export type AddressedOperation = {
  [Id in keyof typeof OPERATIONS]: (typeof OPERATIONS)[Id] extends { address: undefined } ? never : Id;
}[keyof typeof OPERATIONS];

type CallMaker = (uri: string, contents: CallContents) => ApiCall;

const query = (uri: string): string => `?uri=${encodeURIComponent(uri)}`;
const get =
  (path: string): CallMaker =>
  (uri) => ({ method: 'GET', path: `${path}${query(uri)}` });

/** A well-formed call of every operation on an address. Types ask for the ones that come later. */
export const OPERATION_REQUESTS: Readonly<Record<AddressedOperation, CallMaker>> = {
  writeSecret: (uri, { value = { k: 1 } }) => ({ method: 'POST', path: '', body: { uri, value } }),
  readSecret: get(''),
  readSecretValue: get('/value'),
  deleteSecret: (uri) => ({ method: 'DELETE', path: query(uri) }),
  destroySecret: (uri) => ({ method: 'DELETE', path: `${query(uri)}&destroy=true` }),
  rotateSecret: (uri, { value = { k: 1 } }) => ({ method: 'POST', path: '/rotate', body: { uri, value } }),
  listMetadata: (uri) => ({ method: 'GET', path: `/metadata?prefix=${encodeURIComponent(uri)}` }),
  searchSecrets: (uri) => ({ method: 'GET', path: `/search?q=e&prefix=${encodeURIComponent(uri)}` }),
  listKeys: get('/keys'),
  getMetadata: get('/metadata/detail'),
  listVersions: get('/versions'),
  undeleteVersions: (uri) => ({ method: 'POST', path: '/undelete', body: { uri, versions: [1] } }),
  destroyVersions: (uri) => ({ method: 'POST', path: '/destroy-versions', body: { uri, versions: [1] } }),
  updateOwner: (uri, { owner = 'somebody' }) => ({
    method: 'POST',
    path: '/metadata/owner',
    body: { uri, owner },
  }),
};

export const OPERATION_IDS = Object.keys(OPERATION_REQUESTS) as AddressedOperation[];
