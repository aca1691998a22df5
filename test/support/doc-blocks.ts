import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAnswers, parseLines } from './doc-answers.js';

const ROOT = join(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 60_000;
const BLOCK = /^```(?<language>\w+)\n(?<text>.*?)^```/gms;

/** The code blocks of one page of the documentation, in their order. */
export class DocBlocks {
  /** Where the blocks are run; the packages of this repository are there. */
  readonly folder = mkdtempSync(join(tmpdir(), 'doc-blocks-'));
  private readonly blocks: readonly { readonly language: string; readonly text: string }[];

  private readonly servers: ChildProcess[] = [];

  /**
   * @param page from the root of the repository
   * @param ports those that stand on the page, each with a free one in its place
   */
  constructor(page: string, ports: Readonly<Record<string, number>> = {}) {
    const text = Object.entries(ports).reduce(
      (changed, [port, free]) => changed.replaceAll(port, String(free)),
      readFileSync(join(ROOT, page), 'utf8'),
    );
    this.blocks = [...text.matchAll(BLOCK)].map(({ groups = {} }) => ({
      language: groups['language'] ?? '',
      text: groups['text'] ?? '',
    }));
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'dir');
  }

  of(language: string): readonly string[] {
    return this.blocks.filter((block) => block.language === language).map(({ text }) => text);
  }

  /** Every answer that the page prints: a block is one JSON document, or one a line. */
  answers(): readonly unknown[] {
    return this.of('json').flatMap(parseAnswers);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /**
   * Runs commands as one shell script, from this repository's Node, beside servers of this process.
   * @returns what it printed: one JSON document a line, or one behind the other
   * @throws where a command failed or complained
   */
  async run(commands: string, env: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
    const path = `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
    const child = spawn('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: this.folder,
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = [[] as Buffer[], [] as Buffer[]];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    const complaint = Buffer.concat(stderr).toString();
    if (code !== 0 || complaint !== '')
      throw new Error(`the commands ended with ${String(code)}: ${complaint}`);
    return parseLines(Buffer.concat(stdout).toString());
  }

  /** Starts what serves until it is told to end, in the repository, and waits until it takes connections. */
  async start(commands: string, env: Readonly<Record<string, string>>, port: number): Promise<void> {
    const child = spawn('bash', ['-euc', commands], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      // A group of its own: what npm starts ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.servers.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const endsAtMs = Date.now() + START_TIMEOUT_MS;
    while (!(await isListening(port))) {
      if (child.exitCode !== null || Date.now() > endsAtMs) throw new Error(`nobody listens: ${output}`);
      await sleep(100);
    }
  }

  async close(): Promise<void> {
    for (const child of this.servers.filter(({ exitCode }) => exitCode === null)) {
      const ended = new Promise((resolve) => child.once('close', resolve));
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
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
