import { fileURLToPath } from 'node:url';
import { startService } from './service.mjs';

const MONITOR = fileURLToPath(new URL('process-monitor.mjs', import.meta.url));

/**
 * A service that can be asked for its longest turn and its memory. With `gc` each question collects first, which is
 * itself a long turn.
 */
export async function startMonitored(env, { gc = false } = {}) {
  const service = await startService(env, ['--import', MONITOR, ...(gc ? ['--expose-gc'] : [])]);
  const { program } = service;
  /** @returns {Promise<{ stallMs: number, heapMb: number, rssMb: number }>} */
  const ask = async () => {
    const known = program.reports.length;
    program.signal('SIGUSR2');
    return program.waitUntil(() => program.reports[known]);
  };
  return { ...service, ask };
}
