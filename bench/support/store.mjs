import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { findBao } from '../../scripts/find-bao.mjs';
import { findFreePort, PinnedProcess } from './processes.mjs';

const TEST_SERVER = fileURLToPath(new URL('test-server-process.mjs', import.meta.url));

/** A store to measure on: a real OpenBao in memory, or where there is none the test server of this repository. */
export class Store {
  static async start() {
    const token = randomBytes(12).toString('hex');
    const port = await findFreePort();
    const store = new Store(findBao(), token, port);
    await store.process.waitUntil(() => store.isReady());
    return store;
  }

  constructor(bao, token, port) {
    this.isReal = bao !== undefined;
    this.token = token;
    this.url = `http://127.0.0.1:${port}`;
    this.process = this.isReal
      ? new PinnedProcess('store', bao.path, ['server', '-dev', '-dev-no-store-token', '-log-level=error'], {
          env: { BAO_DEV_ROOT_TOKEN_ID: token, BAO_DEV_LISTEN_ADDRESS: `127.0.0.1:${port}` },
        })
      : new PinnedProcess('store', process.execPath, [TEST_SERVER, String(port), token]);
  }

  get pid() {
    return this.process.pid;
  }

  /** What points a service at this store. */
  get env() {
    return { OPENBAO_URL: this.url, OPENBAO_TOKEN: this.token };
  }

  /** @param {string} path below `/v1/` @returns status and parsed answer */
  async ask(method, path, body) {
    const answer = await request(`${this.url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': this.token },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, answer: text === '' ? undefined : JSON.parse(text) };
  }

  /** @throws where the store does not take it */
  async write(path, data) {
    const { status } = await this.ask('POST', `secret/data/${path}`, { data });
    if (status !== 200) throw new Error(`the store answered a write with ${status}`);
  }

  /** Many secrets, a few at a time. @param {[string, object][]} secrets path and map of each */
  async writeAll(secrets) {
    const rest = secrets.values();
    const writer = async () => {
      for (const [path, data] of rest) await this.write(path, data);
    };
    await Promise.all(Array.from({ length: 16 }, writer));
  }

  stop() {
    return this.process.stop();
  }

  /** The mount answers 400 while it prepares itself. */
  async isReady() {
    const path = 'secret/data/ready';
    return await this.ask('POST', path, { data: {} }).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}
