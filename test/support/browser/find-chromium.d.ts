export interface ChromiumBinary {
  path: string;
  /** For example `156.0.8078.79`. */
  version: string;
}

/** What a suite says when it is left out. */
export const NO_CHROMIUM: string;

/** What it is started with, beside `--headless` and a profile of its own. */
export const CHROMIUM_ARGUMENTS: readonly string[];

/** The real Chromium of this machine. @throws when the binary does not tell its version */
export function findChromium(): ChromiumBinary | undefined;
