import { setTimeout as sleep } from 'node:timers/promises';
import { SecretError } from '../../secrets/secret.errors.js';
import { findFileState, isSameState, readWithState } from './atomic-file.js';
import type { FileState } from './atomic-file.js';
import { lenientText, refuseUnlessUtf8 } from './file-text.js';
import { readContents } from './read-contents.js';
import type { YamlContents } from './yaml-contents.js';
import { YamlFault } from './yaml-fault.js';

/** What an editor needs to write a file in place; until then it may be half-written, or empty. */
const SETTLE_MS = 50;
/** After that it is taken as it is. Below the second within which an edit has to be seen. */
const LONGEST_SETTLE_MS = 500;

const TOO_LARGE = 'The YAML file is larger than this service reads.';

type Loaded =
  | { readonly state: FileState | undefined; readonly contents: YamlContents }
  | { readonly state: FileState | undefined; readonly fault: string };

/**
 * What the file holds now. Each call looks at the file's time and size (two microseconds) and reads the file only when
 * they are others than before, so that writes of other processes and edits by hand count at once.
 */
export class YamlSnapshot {
  private loaded: Loaded | undefined;
  private loading: Promise<Loaded> | undefined;
  /** Kept over a fault, so that mending the file is as cheap as any edit. */
  private lastContents: YamlContents | undefined;

  constructor(
    private readonly path: string,
    private readonly maxBytes: number,
  ) {}

  /** @throws SecretError PROVIDER_ERROR with line and column, PROVIDER_UNAVAILABLE */
  async read(): Promise<YamlContents> {
    const loaded = this.findCurrent() ?? (await this.reload());
    if ('fault' in loaded) throw new SecretError('PROVIDER_ERROR', loaded.fault);
    return loaded.contents;
  }

  /** True where nobody changed the file since it was read or written here. */
  isCurrent(): boolean {
    return this.findCurrent() !== undefined;
  }

  /** True where the file still holds what was read as these contents. */
  isStill(contents: YamlContents): boolean {
    const loaded = this.findCurrent();
    return loaded !== undefined && 'contents' in loaded && loaded.contents === contents;
  }

  /** Takes in what was just written, without reading it again. */
  replace(state: FileState, contents: YamlContents): void {
    this.loaded = { state, contents };
    this.lastContents = contents;
  }

  private findCurrent(): Loaded | undefined {
    return this.loaded !== undefined && isSameState(this.findState(), this.loaded.state)
      ? this.loaded
      : undefined;
  }

  /** One load serves all who wait; one that began before the call may have read too early. */
  private async reload(): Promise<Loaded> {
    if (this.loading !== undefined) {
      await this.loading.catch(() => undefined);
      const current = this.findCurrent();
      if (current !== undefined) return current;
    }
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async load(): Promise<Loaded> {
    await this.settle();
    const read = await readWithState(this.path, this.maxBytes).catch(asUnavailable);
    if (read?.bytes === undefined && read !== undefined)
      return (this.loaded = { state: read.state, fault: TOO_LARGE });
    const loaded = await this.parse(read?.bytes ?? Buffer.alloc(0), read?.state);
    if ('contents' in loaded) this.lastContents = loaded.contents;
    return (this.loaded = loaded);
  }

  private async parse(bytes: Buffer, state: FileState | undefined): Promise<Loaded> {
    const text = lenientText(bytes);
    try {
      refuseUnlessUtf8(bytes);
      return { state, contents: await readContents(text, this.lastContents) };
    } catch (error) {
      if (error instanceof YamlFault) return { state, fault: error.describe(text) };
      throw error;
    }
  }

  /** A file that is replaced whole is read at once; one that is written in place, or is new, once it keeps still. */
  private async settle(): Promise<void> {
    const known = this.loaded;
    if (known === undefined) return;
    const giveUpAt = performance.now() + LONGEST_SETTLE_MS;
    while (performance.now() < giveUpAt) {
      const state = this.findState();
      if (state === undefined) return;
      if (known.state !== undefined && state.identity !== known.state.identity) return;
      const ageMs = Date.now() - state.modifiedMs;
      // A little in the future is now: the clock counts in whole milliseconds, the file in parts of them.
      if (Math.abs(ageMs) > SETTLE_MS) return;
      await sleep(SETTLE_MS - Math.max(ageMs, 0) + 1);
    }
  }

  private findState(): FileState | undefined {
    try {
      return findFileState(this.path);
    } catch (error) {
      return asUnavailable(error);
    }
  }
}

function asUnavailable(error: unknown): never {
  throw new SecretError('PROVIDER_UNAVAILABLE', `The YAML file cannot be read (${codeOf(error)}).`);
}

/** The system's short name of a fault, without the path that its message has. */
function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? 'unknown');
}
