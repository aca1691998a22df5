/**
 * Builds `dist/` when a source, the lock file or a compiler setting is newer than the last good build; with
 * `--force` in any case. The time of a build is the one at which it began, so that an edit during it counts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const INPUTS = ['src', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];
const MARKER = join(ROOT, 'dist', '.built');

if (process.argv.includes('--force') || isBuildNeeded()) build();

function isBuildNeeded() {
  if (!existsSync(MARKER)) return true;
  const builtAtMs = statSync(MARKER).mtimeMs;
  return INPUTS.some((input) => newestMs(join(ROOT, input)) > builtAtMs);
}

/** A folder's own time counts too: it changes when a file in it is removed. */
function newestMs(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function build() {
  const begunAt = new Date();
  rmSync(MARKER, { force: true });
  console.error('Building dist/ …');
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  removeOrphans(join(ROOT, 'dist'), join(ROOT, 'src'));
  writeFileSync(MARKER, '');
  utimesSync(MARKER, begunAt, begunAt);
}

/** The compiler leaves the output of removed sources behind. A file is the output of a source or the copy of one. */
function removeOrphans(output, source) {
  for (const entry of readdirSync(output, { withFileTypes: true })) {
    const built = join(output, entry.name);
    const origins = [entry.name.replace(/\.js(\.map)?$/, '.ts'), entry.name].map((name) =>
      join(source, name),
    );
    const origin = origins.find((path) => existsSync(path));
    if (origin !== undefined && entry.isDirectory()) removeOrphans(built, origin);
    else if (origin === undefined && !entry.name.startsWith('.')) rmSync(built, { recursive: true });
  }
}
