/**
 * `npm run bench:authorization`: what a read costs with authentication, scopes and Cedar on, against the same read
 * with all of them off, as CPU time of the service's process. Both services run at once and are read in turn, so that
 * a busy machine slows both. On the YAML store, where a read itself costs the least and the ratio is the highest, and
 * on OpenBao where its binary is found. About twenty seconds on an idle machine.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Agent, request } from 'undici';
import { findBao } from '../scripts/find-bao.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Until what runs often is compiled; they do not count. */
const WARM_UP_ROUNDS = 3;
const ROUNDS = 5;
const READS = 800;
const CONNECTIONS = 16;
/** A token is used for minutes, so verified ones come out of the cache, as in use. */
const TOKENS = 20;
/** Each read asks Cedar: by default a permit has one use. */
const POLICIES = Array.from(
  { length: 20 },
  (_, team) => `@id("team-${team}")
permit (principal in Group::"team-${team}", action == Action::"read", resource in Folder::"yaml://secret/team-${team}");
@id("kv-team-${team}")
permit (principal in Group::"team-${team}", action == Action::"read", resource in Folder::"openbao+kv2://secret/team-${team}");`,
).join('\n');

const children = new Set();
const folder = mkdtempSync(join(tmpdir(), 'secrets-api-bench-'));
const agent = new Agent({ connections: CONNECTIONS });
const issuer = await startIssuer();
try {
  writeFileSync(join(folder, 'teams.cedar'), POLICIES);
  const yamlPath = join(folder, 'secrets.yaml');
  writeFileSync(
    yamlPath,
    Array.from({ length: TOKENS }, (_, team) => `secret/team-${team}/api: {k: v}\n`).join(''),
  );
  const reports = [await compare('yaml', { YAML_VAULT_PATH: yamlPath })];
  const bao = findBao();
  if (bao !== undefined) reports.push(await compare('openbao+kv2', await startOpenbao(bao.path)));
  console.table(reports);
} finally {
  for (const child of children) child.kill('SIGKILL');
  issuer.server.close();
  issuer.server.closeAllConnections();
  await agent.close();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(scheme, store) {
  const uris = Array.from({ length: TOKENS }, (_, team) => `${scheme}://secret/team-${team}/api`);
  const plain = { ...(await startService(store)), headers: () => ({}) };
  const guarded = await startService({
    ...store,
    OIDC_ISSUER: issuer.url,
    SECRETS_ENFORCE_SCOPES: 'true',
    ENABLE_AUTHORIZATION: 'true',
    PDP_ENGINE: 'cedar',
    PDP_POLICY_DIR: folder,
  });
  guarded.headers = (index) => ({ authorization: `Bearer ${issuer.tokens[index % TOKENS]}` });
  const measured = { off: [], on: [] };
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    for (const [name, service] of [
      ['off', plain],
      ['on', guarded],
    ]) {
      const cpuSeconds = await readAll(service, uris);
      if (round >= WARM_UP_ROUNDS) measured[name].push((cpuSeconds * 1_000) / READS);
    }
  }
  for (const service of [plain, guarded]) await service.stop();
  const [off, on] = [median(measured.off), median(measured.on)];
  return {
    store: scheme,
    'CPU s per 1,000 reads, off': off.toFixed(3),
    'CPU s per 1,000 reads, on': on.toFixed(3),
    ratio: (on / off).toFixed(2),
  };
}

/** CPU seconds that the service's process took for the reads. */
async function readAll(service, uris) {
  const before = await readCpuSeconds(service);
  let next = 0;
  const reader = async () => {
    while (next < READS) {
      const index = next++;
      const path = `/api/secrets/value?uri=${encodeURIComponent(uris[index % uris.length])}`;
      const { statusCode, body } = await request(service.url + path, {
        dispatcher: agent,
        headers: service.headers(index),
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${statusCode} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, reader));
  return (await readCpuSeconds(service)) - before;
}

async function readCpuSeconds({ url }) {
  const { body } = await request(`${url}/metrics`, { dispatcher: agent });
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(await body.text())[1]);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function startService(env) {
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
    env: { PATH: process.env.PATH, ENVIRONMENT: 'test', PORT: '0', TENANT_SALT: 'bench', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const url = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      // Log lines are written and thrown away, as behind a collector; only the first ones are looked at.
      if (output.length < 10_000) output += chunk;
      const found = /listens on (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    children.delete(child);
  };
  return { url, stop };
}

/** Publishes one key, and has a token for each team. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
  const server = createServer((asked, answer) => {
    const isKeys = asked.url === '/jwks';
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(isKeys ? { keys: [key] } : { issuer: url, jwks_uri: `${url}/jwks` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  const sign = (team) =>
    new SignJWT({ client_id: 'bench', scope: 'secrets.read', groups: [`team-${team}`] })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
      .setIssuer(url)
      .setSubject(`user-${team}`)
      .setAudience('crud.secrets')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey);
  return { server, url, tokens: await Promise.all(Array.from({ length: TOKENS }, (_, team) => sign(team))) };
}

/** A dev server in memory with one secret for each team. @returns the variables that point a service at it */
async function startOpenbao(path) {
  const token = randomBytes(12).toString('hex');
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  children.add(
    spawn(path, ['server', '-dev', '-dev-no-store-token'], {
      env: { BAO_DEV_ROOT_TOKEN_ID: token, BAO_DEV_LISTEN_ADDRESS: `127.0.0.1:${port}` },
      stdio: 'ignore',
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const write = async (team) => {
    const { statusCode, body } = await request(`${url}/v1/secret/data/team-${team}/api`, {
      method: 'POST',
      headers: { 'x-vault-token': token },
      body: '{"data":{"k":"v"}}',
    });
    await body.dump();
    return statusCode === 200;
  };
  for (let attempt = 0; !(await write(0).catch(() => false)); attempt += 1) {
    if (attempt === 200) throw new Error('OpenBao does not come up');
    await sleep(50);
  }
  for (let team = 1; team < TOKENS; team += 1) await write(team);
  return { OPENBAO_URL: url, OPENBAO_TOKEN: token };
}
