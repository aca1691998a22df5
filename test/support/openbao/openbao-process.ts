import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('../../../scripts/bao-guard.mjs', import.meta.url));

/** A running `bao server`, in the hands of a guard that kills it when this process is gone. */
export class OpenbaoProcess {
  private output = '';
  private pid: number | undefined;

  private constructor(private readonly guard: ChildProcess) {
    const keep = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString('utf8')).slice(-20_000);
    };
    guard.stdout?.on('data', keep);
    guard.stderr?.on('data', keep);
    guard.on('message', (message: { pid: number }) => {
      this.pid = message.pid;
    });
  }

  /** `environment` is all the server gets beside PATH and HOME: settings of the developer's own store stay out. */
  static start(bao: string, parameters: string[], environment: Record<string, string>): OpenbaoProcess {
    const { PATH = '', HOME = '', SystemRoot } = process.env;
    const guard = fork(GUARD, [bao, ...parameters], {
      // Jest's own flags (experimental modules) are nothing for the guard.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH, HOME, ...(SystemRoot === undefined ? {} : { SystemRoot }), ...environment },
    });
    const started = new OpenbaoProcess(guard);
    started.letParentEnd();
    return started;
  }

  /** The last of what the server printed; only for messages of a failed start, it can hold its root token. */
  get printed(): string {
    return this.output;
  }

  get hasEnded(): boolean {
    return this.guard.exitCode !== null || this.guard.signalCode !== null;
  }

  /** Sends the server itself (not its guard) a signal. */
  signal(name: NodeJS.Signals): void {
    if (this.pid === undefined || this.hasEnded) throw new Error('the server is not running');
    process.kill(this.pid, name);
  }

  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.guard, 'exit');
    this.guard.ref();
    this.guard.disconnect();
    await ended;
  }

  /** A suite that forgets to stop its store must not keep the runner from ending. */
  private letParentEnd(): void {
    this.guard.unref();
    this.guard.channel?.unref();
    for (const stream of [this.guard.stdout, this.guard.stderr]) {
      (stream as unknown as { unref?: () => void } | null)?.unref?.();
    }
  }
}

/** A loopback port that is free, with the one after it: OpenBao takes that for its cluster. */
export async function findFreePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = await tryPort(0);
    if (port !== undefined && port < 65_535 && (await tryPort(port + 1)) !== undefined) return port;
  }
  throw new Error('no two free loopback ports in a row');
}

async function tryPort(port: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch {
    return undefined; // taken
  } finally {
    probe.close();
  }
}
