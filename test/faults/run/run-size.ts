import { randomInt } from 'node:crypto';

/** Operations of the largest run; `npm run test:faults` asks for 50,000, `npm test` keeps short. */
const OPERATIONS = Number(process.env['FAULT_OPERATIONS'] ?? 1_000);
const TIME_OF_AN_OPERATION_MS = 60;
const START_TIME_MS = 120_000;

/** Another one each time, unless a run that failed is to be repeated. */
export const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));

/** @param share of the largest run */
export function operationsOf(share: number): number {
  return Math.round(OPERATIONS * share);
}

/** A hang must end; how fast it goes is not what is tested. */
export function timeoutOf(operations: number): number {
  return START_TIME_MS + operations * TIME_OF_AN_OPERATION_MS;
}
