export interface CerbosBinary {
  path: string;
  /** For example `0.55.0`. */
  version: string;
}

/** What a suite says when it is left out. */
export const NO_CERBOS: string;

/** The real Cerbos of this machine. @throws when the binary does not tell its version */
export function findCerbos(): CerbosBinary | undefined;
