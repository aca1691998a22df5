import { BlockContents } from './block-contents.js';
import { DocumentContents } from './document-contents.js';
import type { YamlContents } from './yaml-contents.js';

/**
 * Reads a text of the file, without standing in the way of other work for long where it is written in blocks.
 * @param previous what was read before; what did not change since is not parsed again
 * @throws YamlFault
 */
export async function readContents(text: string, previous?: YamlContents): Promise<YamlContents> {
  const known = previous instanceof BlockContents ? previous : undefined;
  return (await BlockContents.find(text, known)) ?? DocumentContents.parse(text);
}
