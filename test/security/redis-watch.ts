import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisProcess } from '../support/redis/redis-process.js';

/** A Redis with a password, and every command that anybody sends to it, with its arguments, while it runs. */
export class RedisWatch {
  #text = '';

  private constructor(
    readonly password: string,
    private readonly redis: RedisProcess,
    private readonly socket: Socket,
  ) {
    socket.on('data', (chunk: Buffer) => (this.#text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
  }

  /** The password is set over the wire: as an argument it would stand in the process table. */
  static async start(password: string): Promise<RedisWatch> {
    const redis = await RedisProcess.start();
    const socket = connect(redis.port, '127.0.0.1');
    await once(socket, 'connect');
    const watch = new RedisWatch(password, redis, socket);
    socket.write(`CONFIG SET requirepass ${password}\r\nAUTH ${password}\r\nMONITOR\r\n`);
    await watch.waitFor('+OK\r\n+OK\r\n+OK\r\n');
    return watch;
  }

  get url(): string {
    return this.redis.url;
  }

  /** All commands so far; MONITOR itself leaves out AUTH. */
  text(): string {
    return this.#text;
  }

  async waitFor(text: string): Promise<void> {
    for (const end = Date.now() + 20_000; !this.#text.includes(text); await sleep(5))
      if (Date.now() > end) throw new Error('Redis did not say so');
  }

  kill(): Promise<void> {
    return this.redis.kill();
  }

  async stop(): Promise<void> {
    this.socket.destroy();
    await this.redis.stop();
  }
}
