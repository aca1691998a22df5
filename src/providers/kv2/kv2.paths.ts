import type { SecretUri } from '../../secrets/secret-uri.js';

/** What the engine does with named versions; each is a POST of `{"versions":[…]}`. */
export type VersionAction = 'delete' | 'undelete' | 'destroy';

/** How a folder is asked for. Node's parsers refuse the methods LIST and SCAN, so both go as a GET with a query. */
export type FolderQuestion = 'list' | 'scan' | 'detailed-scan';

/**
 * Paths of the KV version 2 HTTP API, below `/v1/`. Addresses hold decoded segments; each is encoded here exactly
 * once, so `?`, `#`, `%`, spaces and letters of any script arrive as they are.
 */
export function dataPath(uri: SecretUri, version?: number): string {
  return secretPath('data', uri) + (version === undefined ? '' : `?version=${version}`);
}

/** Keys of the first level; the values are left out by the store itself. */
export function subkeysPath(uri: SecretUri, version?: number): string {
  return `${secretPath('subkeys', uri)}?depth=1${version === undefined ? '' : `&version=${version}`}`;
}

export function metadataPath(uri: SecretUri): string {
  return secretPath('metadata', uri);
}

export function versionsPath(action: VersionAction, uri: SecretUri): string {
  return secretPath(action, uri);
}

/** @param folders decoded, without the mount; empty for the whole mount */
export function folderPath(question: FolderQuestion, mount: string, folders: readonly string[]): string {
  const kind = question === 'detailed-scan' ? 'detailed-metadata' : 'metadata';
  const query = question === 'list' ? 'list=true' : 'scan=true';
  return `${encode([mount, kind, ...folders])}/?${query}`;
}

/** What kind of engine a mount is; every token that may use anything in the mount may ask. */
export function mountPath(mount: string): string {
  return `sys/internal/ui/mounts/${encode([mount])}`;
}

export function mountConfigPath(mount: string): string {
  return encode([mount, 'config']);
}

function secretPath(kind: string, { mount, path }: SecretUri): string {
  return encode([mount, kind, ...path]);
}

function encode(segments: readonly string[]): string {
  return segments.map(encodeURIComponent).join('/');
}
