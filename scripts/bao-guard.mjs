/**
 * Runs one OpenBao server for another process and never outlives it: `bao-guard.mjs <bao> <arguments…>`, started by
 * `fork`. When the channel to the parent closes, for whatever reason (a SIGKILL too), the server is killed.
 * Nothing in it is worth a clean stop: it keeps its secrets in memory.
 */
import { spawn } from 'node:child_process';

const [, , bao, ...rest] = process.argv;
const server = spawn(bao, rest, { stdio: ['ignore', 'inherit', 'inherit'] });

process.on('disconnect', () => {
  server.kill('SIGKILL');
});
// Ctrl-C reaches the whole group; the parent decides when the server ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.on('exit', (code) => {
  process.exit(code ?? 1);
});
if (server.pid !== undefined) process.send?.({ pid: server.pid });
if (!process.connected) server.kill('SIGKILL');
