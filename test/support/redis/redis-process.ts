import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRedis, NO_REDIS } from './find-redis.js';

const START_TIMEOUT_MS = 20_000;

/** Paths of PEM files: the server then speaks TLS only. */
export interface RedisTls {
  certPath: string;
  keyPath: string;
}

/** A real `redis-server` on loopback: nothing on disk but an empty folder, gone with the test process. */
export class RedisProcess {
  readonly url: string;
  #child: ChildProcess | undefined;
  #printed = '';

  private constructor(
    readonly port: number,
    private readonly binary: string,
    private readonly folder: string,
    private readonly parameters: readonly string[],
    private readonly tls: RedisTls | undefined,
  ) {
    this.url = `${tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`;
  }

  /**
   * @param parameters lines of redis.conf in the form of the command line, such as `--requirepass`, `x`
   * @throws when there is no binary (ask `findRedis` first), or the server does not come up in time
   */
  static async start(parameters: readonly string[] = [], tls?: RedisTls): Promise<RedisProcess> {
    const binary = findRedis();
    if (binary === undefined) throw new Error(NO_REDIS);
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const server = new RedisProcess(await findFreePort(), binary.path, folder, parameters, tls);
    await server.startAgain();
    return server;
  }

  /** On the port it had, empty. */
  async startAgain(): Promise<void> {
    const basics = ['--bind', '127.0.0.1', '--save', '', '--dir', this.folder, ...this.listening()];
    this.#printed = '';
    const child = spawn(this.binary, [...basics, ...this.parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#printed += chunk.toString()));
    process.once('exit', () => child.kill('SIGKILL'));
    const endsAt = Date.now() + START_TIMEOUT_MS;
    while (!this.#printed.includes('Ready to accept connections')) {
      if (child.exitCode !== null || Date.now() > endsAt)
        throw new Error(`redis-server did not start: ${this.#printed}`);
      await sleep(10);
    }
  }

  private listening(): string[] {
    if (this.tls === undefined) return ['--port', `${this.port}`];
    const { certPath, keyPath } = this.tls;
    const files = ['--tls-cert-file', certPath, '--tls-key-file', keyPath, '--tls-auth-clients', 'no'];
    return ['--port', '0', '--tls-port', `${this.port}`, ...files];
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
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
