import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAnswers, parseLines, withPlaceholders } from '../support/doc-answers.js';

const ROOT = join(import.meta.dirname, '../..');
const BLOCK = /^```sh\n(?<commands>.*?)^```(?:\n+```json\n(?<answers>.*?)^```)?/gms;

interface Block {
  readonly commands: string;
  /** One JSON document, or one a line. */
  readonly answers: readonly unknown[];
}

/**
 * The blocks of a how-to, run as a reader would: in their order, with bash, in the folder of the repository. Its ports
 * become free ones, and `data/` a folder of the test.
 */
export class HowToPage {
  readonly blocks: readonly Block[];
  readonly #running: ChildProcess[] = [];

  private constructor(
    text: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.blocks = [...text.matchAll(BLOCK)].map(({ groups = {} }) => ({
      commands: groups['commands'] ?? '',
      answers: parseAnswers(groups['answers'] ?? ''),
    }));
  }

  /** @param ports the numbers in the page; 9100 is the one of the service */
  static async open(path: string, ports: readonly string[], binaries = ''): Promise<HowToPage> {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-how-to-'));
    let text = readFileSync(join(ROOT, path), 'utf8').replaceAll('data/', `${folder}/`);
    const free = await Promise.all(ports.map(() => freePort()));
    ports.forEach((port, index) => (text = text.replaceAll(port, free[index] ?? '')));
    const env = {
      ...process.env,
      PATH: `${binaries}:${process.env['PATH']}`,
      PORT: free[ports.indexOf('9100')],
      YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
    };
    return new HowToPage(text, folder, env);
  }

  /** Runs a block to its end; what came back is what the page prints behind it. */
  run(index: number): void {
    const { commands, answers } = this.#blockAt(index);
    const { status, stdout, stderr } = spawnSync('bash', ['-euc', commands], {
      cwd: ROOT,
      env: this.env,
      encoding: 'utf8',
    });
    expect({ status, stderr: answers.length === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(answers.length === 0 ? [] : parseLines(stdout)).toEqual(withPlaceholders(answers));
  }

  /** Runs a block that goes on until it is stopped. @param sign what it prints when it serves */
  async start(index: number, sign: string): Promise<void> {
    const child = spawn('bash', ['-euc', this.#blockAt(index).commands], {
      cwd: ROOT,
      env: this.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.push(child);
    let output = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (output.includes(sign)) resolve();
        });
      }
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
    });
  }

  async close(): Promise<void> {
    for (const child of this.#running.filter(({ exitCode }) => exitCode === null)) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #blockAt(index: number): Block {
    const block = this.blocks[index];
    if (block === undefined) throw new Error(`the page has no block ${index}`);
    return block;
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
