import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { findProgram } from './machine.mjs';
import { findFreePort, PinnedProcess } from './processes.mjs';
import { makeFolder } from './teams.mjs';

const FOLDERS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** @param {{ url: string }[]} services over which it divides what comes */
export async function startBalancer(bench, part, services) {
  const port = await findFreePort();
  const folder = makeFolder(bench);
  const urls = services.map((service) => service.url);
  const program = new PinnedProcess(part, findProgram('nginx'), nginxParameters(folder, port, urls));
  const url = `http://127.0.0.1:${port}`;
  await program.waitUntil(() => isReady(url));
  return { pid: program.pid, url, stop: () => program.stop() };
}

async function isReady(url) {
  const answer = await request(`${url}/health/ready`).catch(() => undefined);
  await answer?.body.dump();
  return answer?.statusCode === 200;
}

/** One worker in front of some servers, to which it keeps its connections. @returns {string[]} its parameters */
export function nginxParameters(folder, port, urls) {
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, configOf(port, urls));
  return ['-p', folder, '-e', 'stderr', '-c', path];
}

/** To the server with the fewest calls under way: one whose core is busy gets less. */
function configOf(port, urls) {
  const servers = urls.map((url) => `server ${new URL(url).host};`).join(' ');
  return `daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  ${FOLDERS.map((kind) => `${kind}_temp_path ${kind};`).join(' ')}
  keepalive_requests 1000000000;
  upstream behind { least_conn; ${servers} keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}`;
}
