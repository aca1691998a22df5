import { rmSync } from 'node:fs';
import { Issuer } from './issuer.mjs';
import { Store } from './store.mjs';
import { pathOf, SECRET, TEAM_COUNT } from './teams.mjs';

/** What the cases of one run share: a store with each team's secret, an issuer, how long to measure. */
export class Bench {
  folders = [];

  /** @param {boolean} isQuick a few minutes for all cases in place of half an hour */
  static async start(isQuick) {
    const bench = new Bench(isQuick);
    // A run that is interrupted cleans up as well.
    process.once('exit', () => bench.removeFolders());
    bench.issuer = await Issuer.start();
    bench.store = await Store.start();
    await bench.store.writeAll(Array.from({ length: TEAM_COUNT }, (_, team) => [pathOf(team), SECRET]));
    return bench;
  }

  constructor(isQuick) {
    this.isQuick = isQuick;
    /** Ratios of a quick run are hints; those of the page come from at least five rounds. */
    this.rounds = isQuick ? 2 : 5;
    /** Seconds of one contender in one round. */
    this.slotS = isQuick ? 1 : 3;
    /** The most answers, and seconds, that do not count before those that do. */
    this.warmUpAnswers = isQuick ? 2_000 : 100_000;
    this.warmUpS = isQuick ? 3 : 40;
  }

  log(text) {
    process.stderr.write(`  ${text}\n`);
  }

  async stop() {
    this.issuer.stop();
    await this.store.stop();
    this.removeFolders();
  }

  removeFolders() {
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
