import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBao, NO_BAO } from './find-bao.js';
import { findFreePortPair, OpenbaoProcess } from './openbao-process.js';
import { callStore } from '../kv2-server/store-http.js';
import { StoreSetup } from '../kv2-server/store-setup.js';

export interface OpenbaoOptions {
  /** Default: a free one. */
  port?: number;
  rootToken?: string;
  /** How long a start may take. Default 20,000. */
  startTimeoutMs?: number;
}

const UNSEAL_KEY = /^Unseal Key: (\S+)$/m;

/** A real `bao server -dev`: in memory, unsealed, KV version 2 at `secret/`. */
export class OpenbaoServer extends StoreSetup {
  readonly kind = 'openbao';
  protected unsealKey = '';

  private constructor(
    readonly url: string,
    readonly rootToken: string,
    private readonly process: OpenbaoProcess,
  ) {
    super();
  }

  static async start(options: OpenbaoOptions): Promise<OpenbaoServer> {
    const bao = findBao();
    if (bao === undefined) throw new Error(NO_BAO);
    const port = options.port ?? (await findFreePortPair());
    const rootToken = options.rootToken ?? `root-${randomBytes(12).toString('hex')}`;
    const started = OpenbaoProcess.start(bao.path, ['server', '-dev', '-dev-no-store-token'], {
      BAO_DEV_ROOT_TOKEN_ID: rootToken,
      BAO_DEV_LISTEN_ADDRESS: `127.0.0.1:${port}`,
    });
    const server = new OpenbaoServer(`http://127.0.0.1:${port}`, rootToken, started);
    try {
      await server.untilListening(options.startTimeoutMs ?? 20_000);
      await server.untilReady('secret');
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** The processes end at once; what was stored is gone. */
  async stop(): Promise<void> {
    await this.process.kill();
  }

  /** `kill -9` in the middle of whatever it does. */
  async kill9(): Promise<void> {
    await this.process.kill();
  }

  /** From here on the store takes connections (the kernel does) and says nothing, until `resume`. Not on Windows. */
  async pause(): Promise<void> {
    this.process.signal('SIGSTOP');
    await sleep(100); // its threads stop one after the other
  }

  resume(): void {
    this.process.signal('SIGCONT');
  }

  private async untilListening(timeoutMs: number): Promise<void> {
    const endsAt = Date.now() + timeoutMs;
    for (;;) {
      if (this.process.hasEnded)
        throw new Error(`bao server ended at its start: ${this.printedWithoutSecrets()}`);
      const health = await callStore(this.url, 'GET', '/v1/sys/health', { headers: {} }).catch(
        () => undefined,
      );
      this.unsealKey = UNSEAL_KEY.exec(this.process.printed)?.[1] ?? '';
      if (health?.status === 200 && this.unsealKey !== '') return;
      if (Date.now() > endsAt) throw new Error(`bao server is not up after ${timeoutMs} ms`);
      await sleep(25);
    }
  }

  private printedWithoutSecrets(): string {
    return this.process.printed
      .replaceAll(this.rootToken, '…')
      .replace(UNSEAL_KEY, 'Unseal Key: …')
      .slice(-2_000);
  }
}

/**
 * Starts a real OpenBao dev server on loopback and waits until its `secret/` mount answers (about half a second).
 * It dies with the process that started it, however that ends.
 * @throws when there is no binary (ask `findBao` first), or the server does not come up in time
 */
export async function startOpenbao(options: OpenbaoOptions = {}): Promise<OpenbaoServer> {
  const attempts = options.port === undefined ? 3 : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await OpenbaoServer.start(options);
    } catch (error) {
      // Somebody else may have taken the port between the look and the start.
      const isTaken = error instanceof Error && error.message.includes('address already in use');
      if (!isTaken || attempt === attempts) throw error;
    }
  }
}
