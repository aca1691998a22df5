import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const BLOCK = /^```(?<language>sh|json)\n(?<text>.*?)^```/gms;

/** Free now; the page itself says 9100 and 9200. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

describe('docs/authentication.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-authentication-'));
  const running: ChildProcess[] = [];

  const start = async (
    commands: string,
    env: Readonly<Record<string, string>>,
    sign: string,
  ): Promise<void> => {
    const child = spawn('bash', ['-euc', commands], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
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
  };

  afterAll(async () => {
    for (const child of running.filter(({ pid, exitCode }) => pid !== undefined && exitCode === null)) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('has an identity provider, a service and a client that work when copied', async () => {
    const [servicePort, idpPort] = [await freePort(), await freePort()];
    const page = readFileSync(join(ROOT, 'docs/authentication.md'), 'utf8')
      .replaceAll('9100', servicePort)
      .replaceAll('9200', idpPort);
    const [idp, service, client, answers, ...others] = [...page.matchAll(BLOCK)].map(
      ({ groups }) => groups?.['text'] ?? '',
    );
    expect(others).toEqual([]);
    await start(idp ?? '', {}, 'IdP listens on');
    await start(
      service ?? '',
      { PORT: servicePort, YAML_VAULT_PATH: join(folder, 's.yaml') },
      'Secrets API listens on',
    );
    const { status, stdout, stderr } = spawnSync('bash', ['-euc', client ?? ''], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const got = stdout
      .replaceAll('}{', '}\n{')
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const expected = (answers ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { correlation_id?: unknown });
    expect(got).toEqual(
      expected.map((answer) =>
        answer.correlation_id === undefined ? answer : { ...answer, correlation_id: expect.any(String) },
      ),
    );
  }, 120_000);
});
