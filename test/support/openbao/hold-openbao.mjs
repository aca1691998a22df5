/** Starts a guarded server as a test would, prints the server's process id and waits: to be killed by its test. */
import { fork } from 'node:child_process';

const [, , guard, bao, port] = process.argv;
// The channel to the guard keeps this process alive.
const child = fork(guard, [bao, 'server', '-dev', '-dev-no-store-token'], {
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  env: { HOME: process.env.HOME ?? '', BAO_DEV_LISTEN_ADDRESS: `127.0.0.1:${port}` },
});
child.on('message', ({ pid }) => process.stdout.write(`${pid}\n`));
