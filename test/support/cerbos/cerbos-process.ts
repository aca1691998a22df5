import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCerbos, NO_CERBOS } from './find-cerbos.js';

const START_TIMEOUT_MS = 20_000;
/** It would tell its maker how it is used; nothing leaves this machine. */
const ENVIRONMENT = { ...process.env, CERBOS_NO_TELEMETRY: '1' };

/** A real Cerbos on loopback, gone with the test process. */
export class CerbosProcess {
  readonly url: string;
  #child: ChildProcess | undefined;
  #printed = '';

  private constructor(
    port: number,
    private readonly binary: string,
    private readonly folder: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /**
   * @param policies folder with policies
   * @throws when there is no binary (ask `findCerbos` first), or the server does not come up in time
   */
  static async start(policies: string): Promise<CerbosProcess> {
    const port = await findFreePort();
    const folder = mkdtempSync(join(tmpdir(), 'cerbos-'));
    const server = new CerbosProcess(port, binaryPath(), folder);
    const configuration = {
      server: { httpListenAddr: `127.0.0.1:${port}`, grpcListenAddr: `unix:${join(folder, 'grpc.sock')}` },
      telemetry: { disabled: true },
      storage: { driver: 'disk', disk: { directory: policies, watchForChanges: false } },
    };
    // YAML takes JSON as it is.
    writeFileSync(join(folder, 'cerbos.yaml'), JSON.stringify(configuration));
    await server.#run();
    return server;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** From here on it takes connections (the kernel does) and says nothing, until `resume`. */
  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP');
    await sleep(50);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    const parameters = ['server', '--config', join(this.folder, 'cerbos.yaml')];
    const child = spawn(this.binary, parameters, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#printed += chunk.toString()));
    process.once('exit', () => child.kill('SIGKILL'));
    const endsAt = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#isServing())) {
      if (child.exitCode !== null || Date.now() > endsAt)
        throw new Error(`Cerbos did not start: ${this.#printed}`);
      await sleep(20);
    }
  }

  async #isServing(): Promise<boolean> {
    const answer = await fetch(`${this.url}/_cerbos/health`).catch(() => undefined);
    return answer?.status === 200;
  }
}

/** What `cerbos compile` says about policies and their own tests: exit code 0 where all is well. */
export function compilePolicies(folder: string): { exitCode: number | null; printed: string } {
  const { status, stdout, stderr } = spawnSync(binaryPath(), ['compile', '--color=never', folder], {
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  return { exitCode: status, printed: `${stdout}${stderr}` };
}

function binaryPath(): string {
  const binary = findCerbos();
  if (binary === undefined) throw new Error(NO_CERBOS);
  return binary.path;
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
