/**
 * Readers of the event stream: `node console-readers-process.mjs URL COUNT`. Says when all follow; forgets what it has
 * counted at SIGUSR2, and at SIGTERM prints how many records each reader got since.
 */
import { request } from 'node:http';

const [, , url, count] = process.argv;
/** A record begins so, and a gap or a heartbeat does not; JSON has no newline. */
const RECORD = Buffer.from('data: {"id":');
const counts = new Array(Number(count)).fill(0);
let following = 0;
let cut = 0;

for (let reader = 0; reader < counts.length; reader += 1) {
  request(
    `${url}/api/secrets/events`,
    { headers: { accept: 'text/event-stream' }, agent: false },
    (answer) => {
      if (answer.statusCode !== 200) throw new Error(`the stream was answered ${answer.statusCode}`);
      if ((following += 1) === counts.length) console.log('all follow');
      let rest = Buffer.alloc(0);
      answer.on('data', (chunk) => {
        const bytes = Buffer.concat([rest, chunk]);
        for (let at = bytes.indexOf(RECORD); at !== -1; at = bytes.indexOf(RECORD, at + RECORD.length))
          counts[reader] += 1;
        // Short of a whole mark, so that none is counted twice.
        rest = bytes.subarray(Math.max(0, bytes.length - RECORD.length + 1));
      });
      answer.on('close', () => (cut += 1));
    },
  ).end();
}

process.on('SIGUSR2', () => counts.fill(0));
process.on('SIGTERM', () => {
  console.log(`RESULT ${JSON.stringify({ counts, cut })}`);
  process.exit();
});
