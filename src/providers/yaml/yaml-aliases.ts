import { isAlias, isCollection, isScalar, visit } from 'yaml';
import type { Document, Node } from 'yaml';

/**
 * Writes out every alias in the document that stands for something inside the part, so that the part can be changed
 * without changing what others read. The size of it is bounded: YamlReader has read the document.
 */
export function writeOutAliases(document: Document, part: Node): void {
  const anchored = new Set<Node>();
  visit(part, {
    Node: (_, node) => {
      if (anchorOf(node) !== undefined) anchored.add(node);
    },
  });
  if (anchored.size === 0) return;
  visit(document, {
    Alias: (_, alias) => {
      const target = alias.resolve(document);
      return target !== undefined && anchored.has(target) ? copyWithoutAnchors(target) : undefined;
    },
  });
  for (const node of anchored) removeAnchor(node);
}

/** Spelling goes as well: what is plain in a block may need quotes where the copy stands. */
function copyWithoutAnchors(node: Node): Node {
  const copy = node.clone() as Node;
  visit(copy, {
    Node: (_, inner) => {
      removeAnchor(inner);
      if (isScalar(inner)) delete inner.type;
      inner.comment = null;
      inner.commentBefore = null;
    },
  });
  return copy;
}

function anchorOf(node: Node): string | undefined {
  return isAlias(node) ? undefined : node.anchor;
}

function removeAnchor(node: Node): void {
  if (isScalar(node) || isCollection(node)) delete node.anchor;
}
