import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { PinnedProcess } from './processes.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LISTENS = /listens on (http\S+)/;

/** The service as people run it, on the core of its part. `startMs`: from the start until it said it was ready. */
export async function startService(env, nodeOptions = [], part = 'front') {
  const startedAt = performance.now();
  const program = new PinnedProcess(part, process.execPath, [...nodeOptions, 'dist/main.js'], {
    cwd: ROOT,
    env: { ENVIRONMENT: 'test', PORT: '0', TENANT_SALT: 'bench', ...env },
  });
  const url = await program.waitUntil((output) => LISTENS.exec(output)?.[1]);
  await program.waitUntil(() => isReady(url));
  return {
    program,
    pid: program.pid,
    url,
    startMs: performance.now() - startedAt,
    stop: () => program.stop(),
  };
}

/** A front of `bench/fronts`, which says where it listens as the service does. */
export async function startFront(name, env) {
  const path = fileURLToPath(new URL(`../fronts/${name}.mjs`, import.meta.url));
  const program = new PinnedProcess('front', process.execPath, [path], { env });
  const url = await program.waitUntil((output) => LISTENS.exec(output)?.[1]);
  return { program, pid: program.pid, url, stop: () => program.stop() };
}

async function isReady(url) {
  const answer = await request(`${url}/health/ready`);
  await answer.body.dump();
  return answer.statusCode === 200;
}

/** A number that the service tells of itself in `/metrics`, summed over its series, or those with `event="made"` or so. */
export async function readMetric(url, name, label = '') {
  const { body } = await request(`${url}/metrics`);
  const lines = (await body.text())
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
