import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from './load.mjs';
import { readLoad } from './machine.mjs';
import { forgetPeak, readCpuSeconds, readMemory } from './process-usage.mjs';
import { summarize } from './statistics.mjs';

const CONNECTIONS = 32;
/** A busy machine may lose a request; what always fails is a fault. */
const VOID_MAX = 3;
/** So much two slots of a warm front differ. One that costs more than that was disturbed, and says nothing. */
const SETTLED_WITHIN = 0.03;

/**
 * Interleaved rounds: each contender in turn for one slot, in every round in another order, so that what else the machine
 * does falls on all alike. A round with an unexpected answer is void and is done again.
 * @param {{ name: string, pid: number | number[], url: string, requests: object[] | ((round: number) => Promise<object[]>),
 *   expect: object, around?: number[], connections?: number, once?: boolean, unit?: number }[]} contenders several in
 *   `pid` count together; `around`: others, whose use of the cores is told beside; `unit`: operations in one request
 * @returns {Promise<Map<string, object[]>>} what each round measured, by the name of the contender
 */
export async function measureRounds(bench, contenders, { rounds = bench.rounds, slotS = bench.slotS } = {}) {
  const measured = new Map(contenders.map(({ name }) => [name, []]));
  let voided = 0;
  for (const contender of contenders) {
    for (const pid of [contender.pid].flat()) forgetPeak(pid);
    await warmUp(bench, contender, slotS);
  }
  for (let round = 0; round < rounds;) {
    const turn = [
      ...contenders.slice(round % contenders.length),
      ...contenders.slice(0, round % contenders.length),
    ];
    const slots = [];
    for (const contender of turn)
      slots.push([contender.name, await measureSlot(contender, slotS, round + voided * 1_000)]);
    const fault = slots.find(([, slot]) => slot.fault !== undefined);
    if (fault === undefined) {
      for (const [name, slot] of slots) measured.get(name).push(slot);
      round += 1;
    } else if ((voided += 1) > VOID_MAX) throw new Error(`${fault[0]}: ${fault[1].fault}`);
    else bench.log(`a round is void: ${fault[0]}: ${fault[1].fault}`);
  }
  return measured;
}

/**
 * Until two slots in a row cost what the best did: V8 compiles the many small functions of a service one by one, the last
 * of them after some 100,000 answers. A slow front is not waited for without end.
 * @returns {Promise<object>} what the last slot measured
 */
export async function warmUp({ warmUpAnswers, warmUpS }, contender, slotS) {
  let [answered, seconds, best, settled] = [0, 0, Number.POSITIVE_INFINITY, 0];
  let slot;
  for (let i = 1; settled < 2 && answered < warmUpAnswers && seconds < warmUpS; i += 1) {
    slot = await measureSlot(contender, slotS, -i);
    answered += slot.answered;
    seconds += slot.seconds;
    settled = Math.abs(slot.cpuPer1000 / best - 1) <= SETTLED_WITHIN ? settled + 1 : 0;
    best = Math.min(best, slot.cpuPer1000);
  }
  return slot;
}

async function measureSlot(
  { pid, around = [], url, requests, expect, connections = CONNECTIONS, once, unit = 1 },
  seconds,
  round,
) {
  const list = typeof requests === 'function' ? await requests(round) : requests;
  const pids = [pid].flat();
  const [before, beforeAround] = [sumOf(pids, readCpuSeconds), sumOf(around, readCpuSeconds)];
  const result = await runLoad({
    url,
    requests: list,
    expect,
    connections,
    seconds: once ? undefined : seconds,
    once,
  });
  // What was answered last may still be recorded and counted.
  await sleep(20);
  const cpuSeconds = sumOf(pids, readCpuSeconds) - before;
  const cpuPer1000 = (cpuSeconds * 1_000) / (result.answered * unit);
  return {
    ...result,
    perSecond: result.perSecond * unit,
    cpuPer1000,
    cores: cpuSeconds / result.seconds,
    coresAround: (sumOf(around, readCpuSeconds) - beforeAround) / result.seconds,
    peakMb: sumOf(pids, (each) => readMemory(each).peakMb),
    machineLoad: readLoad()[0],
  };
}

function sumOf(pids, read) {
  return pids.reduce((sum, pid) => sum + read(pid), 0);
}

/** The figure of one contender over that of another, round by round. */
export function ratioOf(measured, name, reference, figure) {
  const others = measured.get(reference);
  return summarize(measured.get(name).map((slot, round) => slot[figure] / others[round][figure]));
}

/** A row for each contender: medians. */
export function rowsOf(measured) {
  return [...measured].map(([name, slots]) => {
    const middle = (figure) => summarize(slots.map((slot) => slot[figure])).median;
    return {
      front: name,
      'CPU s per 1,000': middle('cpuPer1000').toFixed(3),
      'answers a second': Math.round(middle('perSecond')).toLocaleString('en'),
      'p50 ms': middle('p50Ms').toFixed(2),
      'p99 ms': middle('p99Ms').toFixed(2),
      'peak MB': Math.round(middle('peakMb')),
    };
  });
}
