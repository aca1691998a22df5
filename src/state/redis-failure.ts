import { isNativeError } from 'node:util/types';

/** Why Redis could not be used, in one word: the message of the library or server may hold an address, key or value. */
export function describeRedisFailure(error: unknown): string {
  if (!isNativeError(error)) return typeof error;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // A refusal of the server begins with its kind, as OOM, READONLY, NOAUTH, WRONGPASS.
  return /^[A-Z]{2,}(?= )/.exec(error.message)?.[0] ?? error.name;
}
