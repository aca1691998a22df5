/** L, the least that a front on Node can do: node:http and undici, one secret fetched from the store and answered. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { STORE_URL, STORE_TOKEN } = process.env;
const pool = new Pool(STORE_URL, { connections: 64, pipelining: 1 });
const headers = { 'x-vault-token': STORE_TOKEN };

async function answerSecret(asked, answer) {
  const path = asked.url.slice('/secret/'.length);
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: `/v1/secret/data/${path}`,
    headers,
  });
  const { data } = await body.json();
  answer.writeHead(statusCode, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  answer.end(JSON.stringify(data.data));
}

const server = createServer((asked, answer) => {
  answerSecret(asked, answer).catch(() => answer.writeHead(502).end());
});
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`));
