/**
 * Writers of one secret, each of its own key: `node contending-writers-process.mjs FILE`, which holds the plan as JSON.
 * Through the service a write is one call; direct, each writer reads, changes and compares and sets until it holds.
 */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

const { url, uri, path, token, writers, seconds } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const pool = new Pool(url, { connections: writers });
const counts = { acknowledged: 0, conflicts: 0 };
const startedAt = performance.now();
const isOver = () => performance.now() - startedAt > seconds * 1_000;
const storeHeaders = { 'x-vault-token': token };

async function ask(method, target, headers, body) {
  const answer = await pool.request({ method, path: target, headers, body: body && JSON.stringify(body) });
  return { status: answer.statusCode, answer: await answer.body.json() };
}

async function writeThrough(writer, value) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const { status, answer } = await ask('POST', '/api/secrets', headers, {
    uri: `${uri}#key-${writer}`,
    value,
  });
  if (status === 200) return true;
  if (status === 409) return false;
  throw new Error(`a write was answered ${status} ${answer.code}`);
}

async function writeDirect(writer, value) {
  const { answer } = await ask('GET', `/v1/secret/data/${path}`, storeHeaders);
  const { data, metadata } = answer.data;
  const body = { data: { ...data, [`key-${writer}`]: value }, options: { cas: metadata.version } };
  const { status } = await ask('POST', `/v1/secret/data/${path}`, storeHeaders, body);
  if (status !== 200 && status !== 400) throw new Error(`a direct write was answered ${status}`);
  return status === 200;
}

const write = uri === undefined ? writeDirect : writeThrough;
await Promise.all(
  Array.from({ length: writers }, async (_, writer) => {
    for (let i = 0; !isOver(); i += 1) {
      if (await write(writer, `value-${i}`)) counts.acknowledged += 1;
      else counts.conflicts += 1;
    }
  }),
);
const perSecond = (counts.acknowledged * 1_000) / (performance.now() - startedAt);
console.log(`RESULT ${JSON.stringify({ ...counts, perSecond })}`);
process.exit();
