/**
 * Open-loop load: arrivals do not wait for answers. `node open-loop-process.mjs FILE`, which holds what `runOpenLoop` was
 * asked for as JSON. Arrivals are a Poisson process, looked at once a millisecond; an answer is timed from its arrival,
 * so that what waits for a free connection counts.
 */
import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { Pool } from 'undici';
import { percentile } from './statistics.mjs';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { url, requests, expect, rate, seconds, connections, deadlineMs } = plan;
const TICK_MS = 1;
/**
 * Until the connections are open; what arrives before is sent and does not count. The generator is late while it opens
 * thousands of them, by up to half a second on a core that it shares.
 */
const WARM_UP_MS = 500 + connections / 2;
/** From here on the generator itself is late: what it sends is timed from when it should have been sent. */
const LATE_MS = 3;

const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const newCounts = () => ({
  offered: 0,
  good: 0,
  refused: 0,
  unexpected: 0,
  lost: 0,
  late: 0,
  unsent: 0,
  refusals: {},
  latencies: [],
});
const [warmUp, counted] = [newCounts(), newCounts()];
/** How late the generator itself was with each call that counts: it shares a core with the store. */
const delaysMs = [];
let open = 0;
let sent = 0;
let usageBefore;

/** Counts and times one answer. */
class Exchange {
  #text = '';
  #status = 0;

  constructor(arrivedAt, counts) {
    this.arrivedAt = arrivedAt;
    this.counts = counts;
  }

  onRequestStart() {}

  onResponseStart(_controller, status) {
    this.#status = status;
  }

  onResponseData(_controller, chunk) {
    this.#text += chunk.latin1Slice();
  }

  onResponseEnd() {
    open -= 1;
    const { counts } = this;
    const tookMs = performance.now() - this.arrivedAt;
    if (this.#status === 503 || this.#status === 429) {
      counts.refused += 1;
      const code = /"code":"(\w+)"/.exec(this.#text)?.[1] ?? 'none';
      counts.refusals[code] = (counts.refusals[code] ?? 0) + 1;
      return;
    }
    if (this.#status !== expect.status || !this.#text.includes(expect.body)) counts.unexpected += 1;
    else {
      counts.latencies.push(tookMs);
      if (tookMs > deadlineMs) counts.late += 1;
      else counts.good += 1;
    }
  }

  onResponseError() {
    open -= 1;
    this.counts.lost += 1;
  }
}

function send(arrivedAt) {
  const { method = 'GET', path, headers = {}, body = null } = requests[sent++ % requests.length];
  const counts = arrivedAt < countsFrom ? warmUp : counted;
  counts.offered += 1;
  if (open >= connections) {
    // No queue on this side: a caller without a connection is a caller lost.
    counts.unsent += 1;
    return;
  }
  open += 1;
  pool.dispatch({ method, path, headers, body }, new Exchange(arrivedAt, counts));
}

const startedAt = performance.now();
const countsFrom = startedAt + WARM_UP_MS;
const endsAt = countsFrom + seconds * 1_000;
let nextAt = startedAt;
const timer = setInterval(() => {
  const now = performance.now();
  if (now >= countsFrom) usageBefore ??= process.cpuUsage();
  for (; nextAt <= Math.min(now, endsAt); nextAt -= (Math.log(1 - Math.random()) * 1_000) / rate) {
    if (nextAt >= countsFrom) delaysMs.push(now - nextAt);
    send(now - nextAt > LATE_MS ? nextAt : now);
  }
  if (nextAt > endsAt) end();
}, TICK_MS);

/** What is still open gets as long as an answer may take. */
function end() {
  clearInterval(timer);
  const generator = usedSince(usageBefore, performance.now() - countsFrom);
  const givesUpAt = performance.now() + deadlineMs;
  const wait = setInterval(() => {
    if (open > 0 && performance.now() < givesUpAt) return;
    clearInterval(wait);
    const { latencies, ...counts } = counted;
    const figures = { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
    const result = { ...counts, unanswered: open, seconds, generator, ...figures };
    console.log(`RESULT ${JSON.stringify(result)}`);
    process.exit();
  }, 10);
}

/** What the load itself took: where it needs all of its core, it cannot offer more. */
function usedSince(before, tookMs) {
  const { user, system } = process.cpuUsage(before);
  return { cores: (user + system) / 1_000 / tookMs, delayP99Ms: percentile(delaysMs, 0.99) };
}
