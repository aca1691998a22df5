/**
 * A KV v2 store of one secret that takes its time: `node slow-store-process.mjs AT_ONCE CALL_MS`. Reads of data take so
 * long, as many at once, and the rest waits in line; all else is answered at once.
 */
import { createServer } from 'node:http';
import { SECRET } from './teams.mjs';

const [atOnce, callMs] = process.argv.slice(2).map(Number);
const METADATA = {
  created_time: '2026-01-01T00:00:00Z',
  custom_metadata: null,
  deletion_time: '',
  destroyed: false,
  version: 1,
};
const DATA = JSON.stringify({ data: { data: SECRET, metadata: METADATA } });
const MOUNT = { type: 'kv', options: { version: '2' }, path: 'secret/' };
const OTHER = JSON.stringify({ initialized: true, sealed: false, standby: false, data: MOUNT });

const waiting = [];
let active = 0;

function begin(response) {
  active += 1;
  setTimeout(() => {
    send(response, DATA);
    active -= 1;
    const next = waiting.shift();
    if (next !== undefined) begin(next);
  }, callMs);
}

function send(response, body) {
  response.setHeader('Content-Type', 'application/json');
  response.end(body);
}

const server = createServer((request, response) => {
  if (!request.url.includes('/data/')) send(response, OTHER);
  else if (active < atOnce) begin(response);
  else waiting.push(response);
});
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`));
