import type { JsonObject } from '../../secrets/json.js';
import { BlockContents } from './block-contents.js';
import { DocumentContents } from './document-contents.js';
import type { YamlEntry } from './yaml-entry.js';

/** Secrets to write by name; undefined: the secret goes. */
export type YamlChanges = ReadonlyMap<string, JsonObject | undefined>;

/** What one text of the file holds. Never changed: an edit gives another text. */
export interface YamlContents {
  readonly entries: ReadonlyMap<string, YamlEntry>;
  /** The text with the changes in it; comments and order survive. */
  edit(changes: YamlChanges): string;
}

/**
 * Reads a text of the file, without standing in the way of other work for long where it is written in blocks.
 * @param previous what was read before; what did not change since is not parsed again
 * @throws YamlFault
 */
export async function readContents(text: string, previous?: YamlContents): Promise<YamlContents> {
  const known = previous instanceof BlockContents ? previous : undefined;
  return (await BlockContents.find(text, known)) ?? DocumentContents.parse(text);
}
