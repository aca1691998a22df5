import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { Log } from './observability/log.js';

/** Calls in flight get this long; with what follows the process ends within ten seconds. */
const GRACE_MS = 8_000;
const SWEEP_MS = 50;

/** SIGTERM and SIGINT: no new connections, calls in flight are answered, then exit code 0. */
export function stopOnSignal(app: INestApplication<Server>, log: Log): void {
  let isStopping = false;
  const sockets = watchSockets(app.getHttpServer());
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    const server = app.getHttpServer();
    // A kept-alive connection is idle again once its call is answered, and would hold the server open.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), GRACE_MS);
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

/** All of them: `closeAllConnections` knows none that is still in its TLS handshake, and that one would hold the end up. */
function watchSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
