/** What a suite says when it is left out. */
export const NO_PROMTOOL: string;

/** The real promtool of this machine, by its version such as `2.42.0`. @throws when it does not tell its version */
export function findPromtool(): { version: string } | undefined;
