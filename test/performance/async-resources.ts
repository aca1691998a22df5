import { createHook } from 'node:async_hooks';

const ROUNDS = 5;
const CALLS = 10;

/**
 * How many resources of a type (PROMISE, Timeout, FSREQPROMISE, …) one call makes. The least of several rounds: what runs
 * in the background of the process, such as a look at the policies, falls into some of them only.
 */
export async function asyncResources(call: () => Promise<unknown>): Promise<(type: string) => number> {
  const rounds: ReadonlyMap<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await countIn(call));
  return (type) => Math.min(...rounds.map((counts) => counts.get(type) ?? 0)) / CALLS;
}

async function countIn(call: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const hook = createHook({ init: (_id, type) => void counts.set(type, (counts.get(type) ?? 0) + 1) });
  hook.enable();
  try {
    for (let i = 0; i < CALLS; i += 1) await call();
  } finally {
    hook.disable();
  }
  return counts;
}
