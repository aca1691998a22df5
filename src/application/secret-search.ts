import type { SecretUri } from '../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../secrets/walk.js';

/** Secrets whose keys are asked for at once. */
const KEY_READERS = 16;

export interface FoundSecret {
  readonly uri: SecretUri;
  readonly matched: readonly ('path' | 'key')[];
  /** The keys that match. */
  readonly keys: readonly string[];
}

/** One search through what a listing yields: paths and names of keys, without regard to case, never values. */
export class SecretSearch {
  private readonly wanted: string;

  /** @param readKeys for stores that list no keys; each call is taken from the budget of the walk */
  constructor(
    text: string,
    private readonly readKeys: (uri: SecretUri) => Promise<readonly string[]>,
  ) {
    this.wanted = text.toLowerCase();
  }

  /** The secrets that match, in their order. Where the budget is used up the rest is left out, and the walk truncated. */
  async matchEach(walk: Walk, secrets: readonly ListedSecret[]): Promise<readonly FoundSecret[]> {
    const found: FoundSecret[] = [];
    for (let start = 0; start < secrets.length && !walk.truncated; start += KEY_READERS) {
      const some = secrets.slice(start, start + KEY_READERS);
      const matches = await Promise.all(some.map((secret) => this.match(walk, secret)));
      found.push(...matches.filter((match) => match !== undefined));
    }
    return found;
  }

  private async match(walk: Walk, secret: ListedSecret): Promise<FoundSecret | undefined> {
    const isPathMatch = this.holds(secret.uri.path.join('/'));
    const keys = (await this.keysOf(walk, secret)).filter((key) => this.holds(key));
    if (!isPathMatch && keys.length === 0) return undefined;
    const matched = [isPathMatch && ('path' as const), keys.length > 0 && ('key' as const)];
    return { uri: secret.uri, matched: matched.filter((part) => part !== false), keys };
  }

  private async keysOf(walk: Walk, { uri, keys }: ListedSecret): Promise<readonly string[]> {
    if (keys !== undefined) return keys;
    return walk.takeCall() ? this.readKeys(uri) : [];
  }

  private holds(text: string): boolean {
    return text.toLowerCase().includes(this.wanted);
  }
}
