import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAnswers, parseLines, withPlaceholders } from '../support/doc-answers.js';
import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';

/**
 * Every shell block of the README is run, in its order, and where a JSON block follows, what came back is held against
 * it. `npm ci` is what brought the tests here, and `npm test` is what runs them; both are left out of their blocks.
 */
interface Block {
  readonly heading: string;
  readonly commands: string;
  readonly answers: readonly unknown[];
}

const ROOT = join(import.meta.dirname, '../..');

function readBlocks(): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  const pattern =
    /^## (?<heading>[^\n]+)$|^```sh\n(?<commands>.*?)^```(?:\n+```json\n(?<answers>.*?)^```)?/gms;
  for (const { groups = {} } of readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(pattern)) {
    heading = groups['heading'] ?? heading;
    const { commands, answers = '' } = groups;
    if (commands !== undefined) blocks.push({ heading, commands, answers: parseAnswers(answers) });
  }
  return blocks;
}

describe('the README', () => {
  const blocks = readBlocks();
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-readme-'));
  let service: ChildProcess | undefined;

  const start = async (commands: string): Promise<void> => {
    const env = { ...process.env, YAML_VAULT_PATH: join(folder, 'dev_secrets.yaml') };
    service = spawn('bash', ['-ec', commands], {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      let output = '';
      service?.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Secrets API listens on')) resolve();
      });
      service?.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
    });
  };

  const stop = async (): Promise<void> => {
    if (service?.pid === undefined || service.exitCode !== null) return;
    const ended = new Promise((resolve) => service?.once('exit', resolve));
    process.kill(-service.pid, 'SIGTERM');
    await ended;
  };

  const run = ({ commands, answers }: Block): void => {
    const { status, stdout, stderr } = spawnSync('bash', ['-euc', commands], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(parseLines(stdout)).toEqual(withPlaceholders(answers));
  };

  const under = (heading: string): Block[] => blocks.filter((block) => block.heading === heading);

  afterEach(stop);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has shell blocks under the headings that this test knows, and no others', () => {
    const headings = [...new Set(blocks.map(({ heading }) => heading))];
    expect(headings).toEqual(['Start', 'First calls', 'The same on OpenBao', 'Test']);
    expect(under('Test').map(({ commands }) => commands)).toEqual(['npm test\n']);
  });

  it('starts with its two commands, and the first calls answer as printed', async () => {
    const [{ commands } = { commands: '' }] = under('Start');
    expect(commands).toBe('npm ci\nnpm start\n');
    await start('npm start');
    for (const block of under('First calls')) run(block);
  }, 120_000);

  describeOnOpenbao('the calls of the README', (title) => {
    it(`starts OpenBao with its two commands, and the calls answer as printed: ${title}`, async () => {
      const [starting, ...calls] = under('The same on OpenBao');
      await start(starting?.commands ?? '');
      for (const block of calls) run(block);
    }, 240_000);
  });
});
