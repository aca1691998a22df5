import type { JsonObject } from '../../secrets/json.js';
import { isSameJson } from '../../secrets/json-equality.js';
import type { YamlContents } from './yaml-contents.js';

/** Changes of several callers, each seeing what those before it did, until all of them are written at once. */
export class YamlTransaction {
  readonly changes = new Map<string, JsonObject | undefined>();

  constructor(readonly contents: YamlContents) {}

  find(name: string): JsonObject | undefined {
    return this.changes.has(name) ? this.changes.get(name) : this.contents.entries.get(name)?.values;
  }

  put(name: string, values: JsonObject): void {
    this.changes.set(name, values);
  }

  remove(name: string): void {
    this.changes.set(name, undefined);
  }

  get isEmpty(): boolean {
    return this.changes.size === 0;
  }

  /** The text with all changes in it. */
  print(): string {
    return this.contents.edit(this.changes);
  }

  /** Whether what was read back holds the changes, and everything else as it was. */
  isKeptBy(written: YamlContents): boolean {
    const before = this.contents.entries;
    const names = new Set([...before.keys(), ...this.changes.keys()]);
    let present = 0;
    for (const name of names) {
      const wanted = this.find(name);
      if (wanted === undefined) continue;
      present += 1;
      if (!isSameJson(wanted, written.entries.get(name)?.values)) return false;
    }
    return written.entries.size === present;
  }
}
