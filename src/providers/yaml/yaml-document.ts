import { Pair, YAMLMap, isMap } from 'yaml';
import type { Document, Node } from 'yaml';
import type { JsonObject } from '../../secrets/json.js';
import { writeOutAliases } from './yaml-aliases.js';
import { nodeForKey, nodeForValue, removePairs, rewriteMap, textOfKey } from './yaml-editor.js';
import type { YamlEntry } from './yaml-entry.js';
import { YamlReader } from './yaml-reader.js';
import { parseYaml, printYaml } from './yaml-syntax.js';

/** A text of secrets as a tree of nodes that can be changed and printed again. */
export class YamlDocument {
  /** @throws YamlFault */
  static parse(text: string): YamlDocument {
    const document = parseYaml(text);
    return new YamlDocument(document, YamlReader.readEntries(document));
  }

  /** @param entries the secrets as they were parsed */
  private constructor(
    private readonly document: Document.Parsed,
    readonly entries: readonly YamlEntry[],
  ) {}

  /** True where the text is a mapping in block style with exactly one secret in it. */
  get isOneBlock(): boolean {
    const { contents } = this.document;
    return this.entries.length === 1 && isMap(contents) && contents.flow !== true;
  }

  /** @param values the secret's map; undefined takes the secret out */
  set(name: string, values: JsonObject | undefined): void {
    const root = this.root();
    const pair = root.items.find(({ key }) => textOfKey(key) === name);
    if (pair !== undefined) writeOutAliases(this.document, pairAsMap(pair));
    if (values === undefined) removePairs(root, (other) => other === pair);
    else if (pair === undefined) root.items.push(new Pair(nodeForKey(name), nodeForValue(values)));
    else this.rewrite(pair, values);
  }

  /** @param indent spaces of a level */
  print(indent?: number): string {
    return printYaml(this.document, indent);
  }

  private rewrite(pair: Pair, values: JsonObject): void {
    const current = this.entries.find(({ name }) => name === textOfKey(pair.key))?.values;
    if (isMap(pair.value) && current !== undefined) rewriteMap(pair.value, current, values);
    else pair.value = nodeForValue(values);
  }

  /** The mapping of secrets, made where the document has none yet. */
  private root(): YAMLMap {
    const document = this.document as Document;
    const { contents } = document;
    if (!isMap(contents)) {
      const map = new YAMLMap();
      map.commentBefore = contents?.commentBefore ?? null;
      map.comment = contents?.comment ?? null;
      document.contents = map;
      return map;
    }
    if (contents.items.length === 0) contents.flow = false;
    return contents;
  }
}

/** A pair is no node of its own for the library's walk. */
function pairAsMap(pair: Pair): Node {
  const map = new YAMLMap();
  map.items = [pair];
  return map;
}
