import { findProgram } from './machine.mjs';
import { findFreePort, PinnedProcess } from './processes.mjs';
import { makeFolder } from './teams.mjs';

/** An empty Redis in memory. `urlOf(0)`, `urlOf(1)`, …: databases of it that know nothing of each other. */
export async function startRedis(bench, part) {
  const port = await findFreePort();
  const settings = { bind: '127.0.0.1', port, dir: makeFolder(bench), save: '', appendonly: 'no' };
  const parameters = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = new PinnedProcess(part, findProgram('redis-server'), parameters);
  await program.waitUntil((output) => output.includes('Ready to accept connections'));
  return {
    pid: program.pid,
    urlOf: (database) => `redis://127.0.0.1:${port}/${database}`,
    stop: () => program.stop(),
  };
}
