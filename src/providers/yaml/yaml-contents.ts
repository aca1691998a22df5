import type { JsonObject } from '../../secrets/json.js';
import type { YamlEntry } from './yaml-entry.js';

/** Secrets to write by name; undefined: the secret goes. */
export type YamlChanges = ReadonlyMap<string, JsonObject | undefined>;

/** What one text of the file holds. Never changed: an edit gives another text. */
export interface YamlContents {
  readonly entries: ReadonlyMap<string, YamlEntry>;
  /** The text with the changes in it; comments and order survive. */
  edit(changes: YamlChanges): string;
}
