/** Where there is no wrk: `node autocannon-load.mjs FILE`, which holds what `runLoad` was asked for as JSON. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const { url, requests, expect, connections, seconds, once } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
let next = 0;
let bad = 0;
let firstBad;

const result = await autocannon({
  url,
  connections: once ? Math.min(connections, requests.length) : connections,
  ...(once ? { amount: requests.length } : { duration: seconds }),
  // Each connection has its own part of the requests, so that none is sent twice where each counts once.
  setupClient: (client) => {
    const from = next++;
    client.setRequests(once ? requests.filter((_, index) => index % connections === from) : requests);
    client.on('response', (status) => {
      if (status !== expect.status) firstBad ??= `an answer with status ${status}`;
    });
  },
  verifyBody: (body) => {
    const isGood = String(body).includes(expect.body);
    if (!isGood) firstBad ??= String(body).slice(0, 400);
    return isGood;
  },
});
const counts = Object.entries(result.statusCodeStats);
for (const [status, { count }] of counts) if (Number(status) !== expect.status) bad += count;
bad += result.mismatches;
console.log(
  `RESULT ${JSON.stringify({
    answered: result.requests.total,
    bad,
    lost: result.errors + result.timeouts,
    seconds: result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  })}`,
);
if (firstBad !== undefined) console.log(`BAD ${firstBad}`);
