import { readFolderStamp } from './policy-folder.js';
import { PolicyLoader } from './policy-loader.js';
import type { PolicySet } from './policy-loader.js';
import { PolicySetError } from './policy-set.error.js';
import { PolicyWatch } from './policy-watch.js';
import type { WatchTimes } from './policy-watch.js';

/** How a load went. The message names files, lines and policies; it holds no address of a secret. */
export interface LoadOutcome {
  readonly ok: boolean;
  readonly message: string;
  /** What is worth a word and stops nothing, one sentence each. */
  readonly warnings: readonly string[];
}

/** More are not read in a log. */
const WARNINGS_MAX = 20;

/** Keeps the set of policies that decides: the newest that was complete and whole. */
export class PolicyKeeper {
  private readonly loader: PolicyLoader;
  private readonly watch: PolicyWatch;
  private set: PolicySet | undefined;
  private failureMessage: string | undefined;
  private lastLoad: Promise<unknown> = Promise.resolve();

  /** @param onReload told of every load that changed something or failed anew, the first one included; must not throw */
  constructor(
    private readonly folder: string,
    actions: readonly string[],
    times: WatchTimes,
    private readonly onReload: (outcome: LoadOutcome) => void,
  ) {
    this.loader = new PolicyLoader(folder, actions);
    this.watch = new PolicyWatch(folder, times, () => this.reload());
  }

  /** The first load; from then on the folder is watched. @throws PolicySetError */
  async load(): Promise<void> {
    const stamp = await findStamp(this.folder);
    await this.takeNewest();
    this.watch.start(stamp);
  }

  /**
   * Reads the folder again, after a load that is under way. Where it cannot be used, the set that is there stays.
   * @returns whether the folder's set is the one that decides now
   */
  reload(): Promise<boolean> {
    const load = this.lastLoad.then(() => this.tryNewest());
    this.lastLoad = load;
    return load;
  }

  async close(): Promise<void> {
    await Promise.all([this.watch.close(), this.loader.close()]);
    await this.lastLoad;
  }

  /** Undefined before the first load. */
  get current(): PolicySet | undefined {
    return this.set;
  }

  /** Whether the folder holds something else than what decides. */
  get isStale(): boolean {
    return this.failureMessage !== undefined;
  }

  private async tryNewest(): Promise<boolean> {
    try {
      await this.takeNewest();
      return true;
    } catch (error) {
      // Only a fault of the policies is worth its words: others could be about anything.
      const message = error instanceof PolicySetError ? error.message : 'the policies could not be read';
      if (message !== this.failureMessage) this.onReload({ ok: false, message, warnings: [] });
      this.failureMessage = message;
      return false;
    }
  }

  private async takeNewest(): Promise<void> {
    const newest = await this.loader.load(this.set);
    const wasStale = this.isStale;
    this.failureMessage = undefined;
    // One assignment: a decision has either the old set or the new one, whole.
    if (newest !== undefined) this.set = newest;
    else if (!wasStale) return;
    if (this.set !== undefined) this.onReload(describeSet(this.set));
  }
}

function describeSet({ policies, fileCount }: PolicySet): LoadOutcome {
  const warnings = policies.flatMap(({ name, warnings: some }) => some.map((each) => `${name}: ${each}`));
  const rest = warnings.length - WARNINGS_MAX;
  return {
    ok: true,
    message: `${policies.length} policies of ${fileCount} files decide`,
    warnings: rest > 0 ? [...warnings.slice(0, WARNINGS_MAX), `and ${rest} more`] : warnings,
  };
}

async function findStamp(folder: string): Promise<string> {
  try {
    return await readFolderStamp(folder);
  } catch {
    // The load that follows says what is wrong.
    return '';
  }
}
