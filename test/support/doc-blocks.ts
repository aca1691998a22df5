import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const BLOCK = /^```(?<language>\w+)\n(?<text>.*?)^```/gms;

/** The code blocks of one page of the documentation, in their order. */
export class DocBlocks {
  /** Where the blocks are run; the packages of this repository are there. */
  readonly folder = mkdtempSync(join(tmpdir(), 'doc-blocks-'));
  private readonly blocks: readonly { readonly language: string; readonly text: string }[];

  /** @param page from the root of the repository */
  constructor(page: string) {
    const text = readFileSync(join(ROOT, page), 'utf8');
    this.blocks = [...text.matchAll(BLOCK)].map(({ groups = {} }) => ({
      language: groups['language'] ?? '',
      text: groups['text'] ?? '',
    }));
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'dir');
  }

  get languages(): readonly string[] {
    return this.blocks.map(({ language }) => language);
  }

  of(language: string): readonly string[] {
    return this.blocks.filter((block) => block.language === language).map(({ text }) => text);
  }

  /** Every answer that the page prints: a block is one JSON document, or one a line. */
  answers(): readonly unknown[] {
    return this.of('json').flatMap((text) => {
      try {
        return [JSON.parse(text) as unknown];
      } catch {
        return parseLines(text);
      }
    });
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

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `"…"` on a page stands for any text. */
export function withPlaceholders(answers: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(answers), (_key, value: unknown) =>
    value === '…' ? expect.any(String) : value,
  ) as unknown;
}

function parseLines(text: string): readonly unknown[] {
  return text
    .replaceAll('}{', '}\n{')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
