import { randomInt } from 'node:crypto';
import { SeededRandom } from '../support/fault-proxy/seeded-random.js';
import type { StoreSetup } from '../support/kv2-server/store-setup.js';
import { buildService } from '../support/service-process.js';
import { cutMoves } from './moves/cut-moves.js';

export interface CutStore {
  readonly store: StoreSetup;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasKeys?: boolean;
  /** Of the moves that are cut; default 1. */
  readonly share?: number;
  stop(): Promise<void>;
}

/** `npm run test:moves` asks for 300, `npm test` keeps short. */
const MOVES = Number(process.env['MOVE_CUTS'] ?? 60);
/** Another one each time, unless a run that failed is to be repeated. */
const SEED = Number(process.env['MOVE_SEED'] ?? randomInt(2 ** 31));
/** A hang must end; how fast it goes is not what is tested. */
const TIMEOUT_MS = 120_000 + MOVES * 5_000;

/** Moves die at every step in many ways: never are both gone, and whoever goes on ends with the destination alone. */
export function describeMoveCuts(title: string, start: () => Promise<CutStore>): void {
  describe(`moves that are cut: ${title}`, () => {
    let started: CutStore;

    beforeAll(async () => {
      buildService();
      started = await start();
    }, 120_000);
    afterAll(() => started.stop());

    it(
      'leave the source or the destination or both, and nothing newer is lost',
      async () => {
        const { store, env = {}, hasKeys = false, share = 1 } = started;
        const random = new SeededRandom(SEED);
        const count = Math.round(MOVES * share);
        const report = await cutMoves({ title, store, env, hasKeys, count, random });
        process.stdout.write(report.text);
        expect({ seed: SEED, violations: report.violations }).toEqual({ seed: SEED, violations: [] });
        expect(report.outcomes).toHaveLength(count);
        expect(report.count('none')).toBe(0);
        // A run in which every move ended well, or none began, shows nothing.
        for (const remains of ['both', 'only destination', 'only source'] as const)
          expect(report.count(remains)).toBeGreaterThan(0);
      },
      TIMEOUT_MS,
    );
  });
}
