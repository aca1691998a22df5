import { spawn } from 'node:child_process';
import { join } from 'node:path';

const WRITER = join(import.meta.dirname, 'yaml-writer.mjs');

export interface WriterOptions {
  /** What `compileSources` made. */
  readonly sources: string;
  readonly path: string;
  /** Number of the first client; the others follow. */
  readonly firstClient: number;
  readonly clients: number;
  readonly rounds: number;
}

/** A process of writers, and what it was told is written. */
export class YamlWriterProcess {
  /** Last acknowledged value by client. */
  readonly acknowledged = new Map<number, number>();
  acknowledgements = 0;
  readonly ended: Promise<{ code: number | null; errors: string }>;
  readonly firstAcknowledgement: Promise<void>;
  private readonly child;
  private rest = '';

  constructor({ sources, path, firstClient, clients, rounds }: WriterOptions) {
    const parameters = [sources, path, firstClient, clients, rounds].map(String);
    this.child = spawn(process.execPath, [WRITER, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.child;
    let errors = '';
    stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    this.firstAcknowledgement = new Promise((resolve) => {
      stdout.on('data', (chunk: Buffer) => {
        this.take(chunk.toString());
        resolve();
      });
      this.child.once('close', () => resolve());
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve({ code, errors }));
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const [client = 0, value = 0] = line.split(' ').map(Number);
      this.acknowledged.set(client, value);
      this.acknowledgements += 1;
    }
  }
}
