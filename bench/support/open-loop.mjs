import { runPlanned } from './planned.mjs';

/**
 * Arrivals at a rate, whether or not anything is answered.
 * @param {{ url: string, requests: object[], expect: object, rate: number, seconds: number, connections?: number,
 *   deadlineMs?: number }} plan `rate` a second; an answer after `deadlineMs` is of no use, but is timed like all with the status expected
 * @returns {Promise<{ offered: number, good: number, refused: number, unexpected: number, lost: number, late: number,
 *   unsent: number, unanswered: number, refusals: Record<string, number>, p50Ms: number, p99Ms: number,
 *   goodPerSecond: number, offeredPerSecond: number, generator: { cores: number, delayP99Ms: number } }>} `generator`: what
 *   the load itself took of its core, and how late it was with what arrived
 */
export async function runOpenLoop({
  url,
  requests,
  expect,
  rate,
  seconds,
  connections = 256,
  deadlineMs = 2_000,
}) {
  const plan = { url, requests, expect, rate, seconds, connections, deadlineMs };
  const result = await runPlanned('open-loop-process', plan);
  return { ...result, goodPerSecond: result.good / seconds, offeredPerSecond: result.offered / seconds };
}
