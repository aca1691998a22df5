import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import { emptyJsonObject } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import { YamlEntry } from './yaml-entry.js';
import { YamlFault } from './yaml-fault.js';

/** Levels that a secret may have in the file; far more than the service itself writes. */
const MAX_DEPTH = 100;
/** Nodes that the aliases of one secret may stand for altogether: few for people, and no bomb. */
const MAX_ALIASED_NODES = 10_000;

interface Anchored {
  readonly value: JsonValue;
  /** Nodes that the value holds, those behind aliases counted too. */
  readonly nodes: number;
}

/**
 * Reads the secrets of a parsed document into frozen JSON. Keys are their source text, whatever a schema would make
 * of it (`1`, `true`, `null`), unquoted and unescaped where quoted; two that are equal by that are one too many.
 */
export class YamlReader {
  private readonly anchors = new Map<string, Anchored | 'open'>();
  private nodes = 0;
  private aliasedNodes = 0;

  /** @throws YamlFault */
  static readEntries({ contents }: Document.Parsed): YamlEntry[] {
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    if (!isMap(contents)) throw new YamlFault('is not a mapping of secrets', offsetOf(contents));
    return new YamlReader().readRoot(contents);
  }

  private readRoot(root: YAMLMap): YamlEntry[] {
    const names = new Set<string>();
    return root.items.map(({ key, value }) => {
      const name = this.readKey(key);
      if (names.has(name)) throw new YamlFault('has a key twice', offsetOf(key));
      names.add(name);
      this.aliasedNodes = 0;
      const values = this.readNode(value, 1);
      if (!isMap(value) && !(isAlias(value) && isObject(values)))
        throw new YamlFault('has a secret that is not a mapping', offsetOf(value ?? key));
      return new YamlEntry(name, values as JsonObject);
    });
  }

  private readNode(node: unknown, depth: number): JsonValue {
    if (node === null) return null;
    if (depth > MAX_DEPTH) throw new YamlFault('nests too deeply', offsetOf(node));
    if (isAlias(node)) return this.readAlias(node);
    const { anchor } = node as { anchor?: string };
    if (anchor === undefined) return this.readPlain(node, depth);
    const before = this.nodes;
    this.anchors.set(anchor, 'open');
    const value = this.readPlain(node, depth);
    this.anchors.set(anchor, { value, nodes: this.nodes - before });
    return value;
  }

  private readPlain(node: unknown, depth: number): JsonValue {
    this.nodes += 1;
    if (isScalar(node)) return node.value as JsonValue;
    if (isMap(node)) return this.readMap(node.items, depth);
    if (!isSeq(node)) throw new YamlFault('holds what JSON cannot say', offsetOf(node));
    return Object.freeze(node.items.map((item) => this.readNode(item, depth + 1))) as JsonValue[];
  }

  private readMap(pairs: readonly Pair[], depth: number): JsonObject {
    const object = emptyJsonObject();
    for (const { key, value } of pairs) {
      const name = this.readKey(key);
      if (name in object) throw new YamlFault('has a key twice', offsetOf(key));
      object[name] = this.readNode(value, depth + 1);
    }
    return Object.freeze(object);
  }

  private readKey(key: unknown): string {
    if (!isScalar(key)) throw new YamlFault('has a key that is not text', offsetOf(key));
    if (key.anchor !== undefined) this.anchors.set(key.anchor, { value: key.value as JsonValue, nodes: 1 });
    return key.source ?? '';
  }

  /** The last anchor of that name before the alias, YAML 1.2.2 section 7.1. */
  private readAlias(alias: Alias): JsonValue {
    const anchored = this.anchors.get(alias.source);
    if (anchored === undefined) throw new YamlFault('has an alias without an anchor', offsetOf(alias));
    if (anchored === 'open') throw new YamlFault('has an alias inside its own anchor', offsetOf(alias));
    this.nodes += anchored.nodes;
    this.aliasedNodes += anchored.nodes;
    if (this.aliasedNodes > MAX_ALIASED_NODES)
      throw new YamlFault('has aliases that stand for too much', offsetOf(alias));
    return anchored.value;
  }
}

function isObject(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('rawJSON' in value);
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
