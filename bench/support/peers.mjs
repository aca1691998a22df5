import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { findBao } from '../../scripts/find-bao.mjs';
import { findProgram } from './machine.mjs';
import { nginxParameters } from './nginx.mjs';
import { findFreePort, PinnedProcess } from './processes.mjs';
import { makeFolder } from './teams.mjs';

/** Proxies in front of the store that are on this machine. They pass on what the store says, and decide nothing. */
export async function startPeers(bench) {
  const peers = [
    ['bao proxy', findBao()?.path, baoProxy],
    ['nginx', findProgram('nginx'), (folder, port, store) => nginxParameters(folder, port, [store])],
    ['haproxy', findProgram('haproxy'), haproxy],
  ].filter(([, path]) => path !== undefined);
  return Promise.all(peers.map(([name, path, configure]) => startPeer(bench, name, path, configure)));
}

async function startPeer(bench, name, path, configure) {
  const port = await findFreePort();
  const folder = makeFolder(bench);
  const program = new PinnedProcess('front', path, configure(folder, port, bench.store.url), { cwd: folder });
  const url = `http://127.0.0.1:${port}`;
  await program.waitUntil(() => answers(url, bench.store.token));
  return { name, program, pid: program.pid, url, stop: () => program.stop() };
}

async function answers(url, token) {
  const headers = { 'x-vault-token': token };
  const asked = await request(`${url}/v1/secret/data/ready`, { headers }).catch(() => undefined);
  await asked?.body.dump();
  return asked?.statusCode === 200;
}

function write(folder, name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function baoProxy(folder, port, store) {
  const config = `vault { address = "${store}" }
listener "tcp" {
  address = "127.0.0.1:${port}"
  tls_disable = true
}`;
  return ['proxy', `-config=${write(folder, 'proxy.hcl', config)}`];
}

function haproxy(folder, port, store) {
  const config = `global
  nbthread 1
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen store
  bind 127.0.0.1:${port}
  server store ${new URL(store).host}
`;
  return ['-f', write(folder, 'haproxy.cfg', config)];
}
