import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned } from './machine.mjs';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const OUTPUT_MAX = 20_000;
const REPORT = 'MONITOR ';
const children = new Set();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** A program on the core of its part. What it prints is read and kept in part, as a collector of logs would read it. */
export class PinnedProcess {
  #child;
  #output = '';
  #marked = [];
  #rest = '';

  constructor(part, command, parameters, { env = {}, cwd } = {}) {
    const { PATH, HOME } = process.env;
    const [file, all] = pinned(part, command, parameters);
    this.#child = spawn(file, all, { cwd, env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(this.#child);
    this.#child.once('exit', () => children.delete(this.#child));
    this.#child.stdout.on('data', (chunk) => this.#keep(chunk));
    this.#child.stderr.on('data', (chunk) => {
      this.#keep(chunk);
      this.#mark(chunk);
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get output() {
    return this.#output;
  }

  /** What the monitor told so far: the log of a busy service would push it out of `output`. */
  get reports() {
    return this.#marked;
  }

  #keep(chunk) {
    this.#output = (this.#output + chunk).slice(-OUTPUT_MAX);
  }

  #mark(chunk) {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop();
    const reports = lines
      .filter((line) => line.startsWith(REPORT))
      .map((line) => JSON.parse(line.slice(REPORT.length)));
    this.#marked.push(...reports);
  }

  get hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Resolves when `isReady` gives something, with that. @throws where the program ended before, or took too long */
  async waitUntil(isReady, timeoutMs = READY_TIMEOUT_MS) {
    const endsAt = Date.now() + timeoutMs;
    for (;;) {
      const found = await isReady(this.#output);
      if (found) return found;
      if (this.hasEnded || Date.now() > endsAt) throw new Error(`a program did not start: ${this.#output}`);
      await sleep(10);
    }
  }

  /** Waits for the end of a program that ends by itself. @returns what it printed */
  async result() {
    if (!this.hasEnded) await once(this.#child, 'close');
    if (this.#child.exitCode !== 0) throw new Error(`a program failed: ${this.#output}`);
    return this.#output;
  }

  async stop() {
    if (this.hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  }
}

/** A loopback port that is free, and the one after it: OpenBao takes that for its cluster. */
export async function findFreePort() {
  for (;;) {
    const port = await portOf(0);
    if (port !== undefined && port < 65_000 && (await portOf(port + 1)) !== undefined) return port;
  }
}

async function portOf(wanted) {
  const probe = createServer();
  try {
    probe.listen(wanted, '127.0.0.1');
    await once(probe, 'listening');
    return probe.address().port;
  } catch {
    return undefined; // taken
  } finally {
    probe.close();
  }
}
