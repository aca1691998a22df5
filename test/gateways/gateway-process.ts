import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;

/** A real gateway on loopback, with the files of its configuration in a folder of its own. */
export class GatewayProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  private child: ChildProcess | undefined;
  private printed = '';

  constructor(readonly port: number) {}

  /** @returns the path of the file, for configurations that name others */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /**
   * Resolves when the gateway takes connections and has found its way.
   * @param isReady whether a call through it is answered by the service
   */
  async start(binary: string, parameters: readonly string[], isReady: () => Promise<boolean>): Promise<void> {
    const child = spawn(binary, parameters, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    process.once('exit', () => child.kill('SIGKILL'));
    const endsAtMs = Date.now() + START_TIMEOUT_MS;
    while (!(await isListening(this.port)) || !(await isReady())) {
      if (child.exitCode !== null || Date.now() > endsAtMs)
        throw new Error(`the gateway did not start: ${this.printed}`);
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * A port that is free now, below those that systems give out by themselves (from 32,768 on): what else starts meanwhile
 * does not take it.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(11_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
