/**
 * Loaded into the service by `--import`: at SIGUSR2 it prints the longest turn of the event loop since the last time, and
 * the memory, after a collection where `--expose-gc` is set.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

process.on('SIGUSR2', () => {
  const stallMs = Math.max(0, delays.max / 1e6 - RESOLUTION_MS);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.stderr.write(
    `MONITOR ${JSON.stringify({ stallMs, heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20 })}\n`,
  );
  delays.reset();
});
