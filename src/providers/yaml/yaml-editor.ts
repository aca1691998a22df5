import { Pair, Scalar, YAMLMap, YAMLSeq, isMap, isNode, isScalar } from 'yaml';
import type { Node } from 'yaml';
import { isJsonObject } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import { isSameJson } from '../../secrets/json-equality.js';

/** The text of a key, as YamlReader reads it. */
export function textOfKey(key: unknown): string {
  return isScalar(key) ? (key.source ?? '') : '';
}

export function nodeForKey(key: string): Scalar<string> {
  const node = new Scalar(key);
  node.source = key;
  return node;
}

/** Nodes of a value that does not stand in the file yet. */
export function nodeForValue(value: JsonValue): Node {
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map(nodeForValue);
    return list;
  }
  if (!isJsonObject(value)) return new Scalar(value);
  const map = new YAMLMap();
  map.items = Object.entries(value).map(([key, inner]) => new Pair(nodeForKey(key), nodeForValue(inner)));
  return map;
}

/**
 * Changes a mapping so that it reads as `wanted`. Nodes of keys that keep their value stay as they are, so that their
 * comments, order and spelling survive; lines of comment above a key that goes stay too.
 * @param current what the mapping reads as
 */
export function rewriteMap(map: YAMLMap, current: JsonObject, wanted: JsonObject): void {
  if (map.items.length === 0) map.flow = false;
  removePairs(map, ({ key }) => !Object.hasOwn(wanted, textOfKey(key)));
  for (const pair of map.items) {
    const key = textOfKey(pair.key);
    if (!isSameJson(current[key], wanted[key]))
      pair.value = rewriteValue(pair.value, current[key], wanted[key] ?? null);
  }
  for (const [key, value] of Object.entries(wanted))
    if (!Object.hasOwn(current, key)) map.items.push(new Pair(nodeForKey(key), nodeForValue(value)));
}

/** Takes pairs out and hands the comment above each on to what follows. */
export function removePairs(map: YAMLMap, isUnwanted: (pair: Pair) => boolean): void {
  let homeless: string | undefined;
  map.items = map.items.filter((pair) => {
    const key = isNode(pair.key) ? pair.key : undefined;
    const comment = joinComments(homeless, key?.commentBefore);
    if (isUnwanted(pair)) {
      homeless = comment;
      return false;
    }
    if (homeless !== undefined && key !== undefined) key.commentBefore = comment ?? null;
    homeless = undefined;
    return true;
  });
  if (homeless !== undefined) map.comment = joinComments(homeless, map.comment) ?? null;
}

function rewriteValue(node: unknown, current: JsonValue | undefined, wanted: JsonValue): Node {
  if (isMap(node) && isJsonObject(current) && isJsonObject(wanted)) {
    rewriteMap(node, current, wanted);
    return node;
  }
  const fresh = nodeForValue(wanted);
  if (isNode(node)) keepComments(node, fresh);
  return fresh;
}

function keepComments(from: Node, to: Node): void {
  if (isScalar(from) && isScalar(to)) {
    to.commentBefore = from.commentBefore ?? null;
    to.comment = from.comment ?? null;
  } else {
    to.commentBefore = joinComments(from.commentBefore, from.comment) ?? null;
  }
  to.spaceBefore = from.spaceBefore ?? false;
}

function joinComments(one: string | null | undefined, other: string | null | undefined): string | undefined {
  const comments = [one, other].filter((comment) => typeof comment === 'string');
  return comments.length > 0 ? comments.join('\n') : undefined;
}
