import type { YamlChanges, YamlContents } from './yaml-contents.js';
import { YamlDocument } from './yaml-document.js';
import type { YamlEntry } from './yaml-entry.js';

/**
 * Contents of any form: in one pair of braces, with anchors used across secrets, indented as a whole. Parsed and printed
 * as one, so that an edit keeps comments and order and may lay the rest out anew.
 */
export class DocumentContents implements YamlContents {
  private constructor(
    private readonly text: string,
    readonly entries: ReadonlyMap<string, YamlEntry>,
  ) {}

  /** @throws YamlFault */
  static parse(text: string): DocumentContents {
    const { entries } = YamlDocument.parse(text);
    return new DocumentContents(text, new Map(entries.map((entry) => [entry.name, entry])));
  }

  edit(changes: YamlChanges): string {
    const document = YamlDocument.parse(this.text);
    for (const [name, values] of changes) document.set(name, values);
    return document.print();
  }
}
