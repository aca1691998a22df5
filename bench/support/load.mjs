import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './machine.mjs';
import { PinnedProcess } from './processes.mjs';

const WRK_SCRIPT = fileURLToPath(new URL('wrk-load.lua', import.meta.url));
const AUTOCANNON = fileURLToPath(new URL('autocannon-load.mjs', import.meta.url));
/** For requests that count once: no time in which they would not all be sent. */
const LONG_S = 900;
const wrk = findProgram('wrk');
let fileCount = 0;

/**
 * Closed-loop load: each connection asks again when it was answered. `requests` are sent in turn for `seconds`, or each
 * of them once.
 * @param {{ url: string, requests: { method?: string, path: string, headers?: object, body?: string }[],
 *   expect: { status: number, body: string }, connections: number, seconds?: number, once?: boolean }} plan
 * @returns {Promise<{ answered: number, seconds: number, perSecond: number, p50Ms: number, p99Ms: number, fault?: string }>}
 *   `fault` where one answer was not as expected: the figures then count for nothing
 */
export async function runLoad(plan) {
  const file = join(tmpdir(), `secrets-bench-${process.pid}-${(fileCount += 1)}`);
  writeFileSync(
    file,
    wrk === undefined ? JSON.stringify(plan) : plan.requests.map((each) => wire(plan.url, each)).join('\0'),
  );
  try {
    const [command, parameters] =
      wrk === undefined ? [process.execPath, [AUTOCANNON, file]] : [wrk, wrkParameters(plan, file)];
    const program = new PinnedProcess('load', command, parameters);
    if (plan.once && wrk !== undefined) {
      await program.waitUntil((output) => program.hasEnded || output.includes('EXHAUSTED'), LONG_S * 1_000);
      program.signal('SIGINT');
    }
    return read(await program.result());
  } finally {
    rmSync(file, { force: true });
  }
}

function wrkParameters({ url, expect, connections, seconds = LONG_S, once = false }, file) {
  const load = [
    '-t',
    '1',
    '-c',
    String(connections),
    '-d',
    `${seconds}s`,
    '--timeout',
    '20s',
    '-s',
    WRK_SCRIPT,
    url,
  ];
  return [...load, '--', file, String(expect.status), expect.body, once ? 'once' : 'again'];
}

/** As it goes on the wire. */
function wire(url, { method = 'GET', path, headers = {}, body }) {
  const all = {
    host: new URL(url).host,
    ...headers,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

function read(output) {
  const result = JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? 'null');
  if (result === null) throw new Error(`no result of the load: ${output}`);
  const { bad, lost, ...figures } = result;
  const perSecond = figures.answered / figures.seconds;
  if (bad === 0 && lost === 0 && figures.answered > 0) return { ...figures, perSecond };
  const first = /^BAD (.*)$/m.exec(output)?.[1] ?? '';
  return { ...figures, perSecond, fault: `${bad} unexpected, ${lost} lost of ${figures.answered}: ${first}` };
}
