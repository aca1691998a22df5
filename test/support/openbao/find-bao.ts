import { findBao as find, readBaoVersion } from '../../../scripts/find-bao.mjs';

export interface BaoBinary {
  path: string;
  /** Where it was found; the places are looked at in this order. */
  source: '.bao' | 'BAO_BIN' | 'PATH';
  /** For example `2.7.2`. */
  version: string;
}

/** What a suite says when it is left out. */
export const NO_BAO = 'no bao binary in .bao/, BAO_BIN or PATH: "npm run bao:install" puts one there';

/**
 * The real OpenBao of this machine.
 * @throws when `BAO_BIN` names something that is no program, or the binary does not tell its version
 */
export function findBao(): BaoBinary | undefined {
  const found = find();
  return found && { ...found, version: readBaoVersion(found.path) };
}
