export interface RedisBinary {
  path: string;
  /** For example `7.0.15`. */
  version: string;
}

/** What a suite says when it is left out. */
export const NO_REDIS: string;

/** The real Redis of this machine. @throws when the binary does not tell its version */
export function findRedis(): RedisBinary | undefined;
