import { once } from 'node:events';
import { createServer } from 'node:http';
import { Pool } from 'undici';

/** Stands before a store and counts what is asked of it. */
export async function startCountingProxy(target) {
  const pool = new Pool(target, { connections: 64 });
  const calls = [];
  const server = createServer(async (asked, answer) => {
    calls.push(`${asked.method} ${asked.url.replace(/^\/v1\//, '').replace(/\?.*/, '')}`);
    const { method, url: path, headers } = asked;
    const reply = await pool.request({ method, path, headers, body: method === 'GET' ? null : asked });
    answer.writeHead(reply.statusCode, reply.headers);
    reply.body.pipe(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    calls,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await pool.destroy();
    },
  };
}
