import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The service as people run it: a process of its own on the compiled code. */
export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process until it listened. */
  readonly startMs: number;
  /** Everything that it printed so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, null after a kill. */
  readonly exited: Promise<number | null>;
}

/** Compiles `dist/` when a source is newer; call it before the first process of a suite. */
export function buildService(): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts/build-if-needed.mjs')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the build failed');
}

/** Starts `dist/main.js` on a free port of loopback (or on `PORT`) and waits until it listens. */
export async function startService(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ENVIRONMENT: 'test', PORT: '0', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  process.once('exit', () => child.kill('SIGKILL'));
  const url = await listening(child, () => text);
  return {
    url,
    pid: child.pid ?? 0,
    startMs: performance.now() - startedAt,
    output: () => text,
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

function listening(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /listens on (https?:\S+)/.exec(output())?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${output()}`)));
  });
}
