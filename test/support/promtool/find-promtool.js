import { execFileSync } from 'node:child_process';

// JavaScript, since the reporter of the tests reads it too and is not compiled.

export const NO_PROMTOOL =
  'no promtool on the PATH: "apt-get install --no-install-recommends prometheus" (Debian) puts one there';

export function findPromtool() {
  const said = readVersion();
  if (said === undefined) return undefined;
  const version = /\bversion (\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error('"promtool --version" names no version');
  return { version };
}

function readVersion() {
  try {
    return execFileSync('promtool', ['--version'], { encoding: 'utf8', timeout: 30_000, stdio: 'pipe' });
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
