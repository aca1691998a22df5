import type { SecretUri } from './secret-uri.js';

/** One secret of a listing, with what the store tells without a call for each secret. */
export interface ListedSecret {
  readonly uri: SecretUri;
  readonly keys?: readonly string[];
  readonly currentVersion?: number;
  readonly createdTime?: string;
  readonly updatedTime?: string;
  readonly customMetadata?: Readonly<Record<string, string>>;
}

/** How far one listing may go, and how far it came. Given to the provider, read by the service that pages. */
export class Walk {
  #remainingCalls: number;
  #truncated = false;
  /** Names found in the store that no address can spell. */
  unspellableNames = 0;

  /**
   * @param maxCalls calls to the store that the walk may cost
   * @param after decoded `<path…>` below the mount: only names behind it, by UTF-16 code units, are wanted
   */
  constructor(
    maxCalls: number,
    readonly after: string | undefined,
  ) {
    this.#remainingCalls = maxCalls;
  }

  /** Takes one call from the budget; false where none is left, and the walk counts as truncated then. */
  takeCall(): boolean {
    if (this.#remainingCalls === 0) this.#truncated = true;
    else this.#remainingCalls -= 1;
    return !this.#truncated;
  }

  get truncated(): boolean {
    return this.#truncated;
  }
}
