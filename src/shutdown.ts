import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { Log } from './observability/log.js';

/** Calls in flight get this long; with what follows the process ends within ten seconds. */
const GRACE_MS = 8_000;
const SWEEP_MS = 50;

/** SIGTERM and SIGINT: no new connections, calls in flight are answered, then exit code 0. */
export function stopOnSignal(app: INestApplication<Server>, log: Log): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    const server = app.getHttpServer();
    // A kept-alive connection is idle again once its call is answered, and would hold the server open.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    try {
      await app.close();
    } finally {
      clearInterval(sweep);
      clearTimeout(cut);
      log.flush();
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.fault(error, {}, 'the shutdown failed');
          process.exit(1);
        },
      );
    });
  }
}
