import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PinnedProcess } from './processes.mjs';

/** Runs a program of this folder beside the load; it gets its plan as a file of JSON and prints its result as a line. */
export async function runPlanned(name, plan) {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-bench-'));
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  try {
    const program = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
    const output = await new PinnedProcess('load', process.execPath, [program, file]).result();
    const result = JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? 'null');
    if (result === null) throw new Error(`no result of ${name}: ${output}`);
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
