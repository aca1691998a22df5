import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '../../secrets/json.js';
import { splitBlocks, splitTail } from './block-splitter.js';
import type { YamlChanges, YamlContents } from './yaml-contents.js';
import { YamlDocument } from './yaml-document.js';
import type { YamlEntry } from './yaml-entry.js';
import { YamlFault } from './yaml-fault.js';

/** How long a parse of many blocks may keep the process to itself. */
const MAX_TURN_MS = 10;

/** `? ` before a key that is too long to stand before a colon, YAML 1.2.2 section 8.2.2. */
const EXPLICIT_KEY = /(?<![^\n])[ -]*\? /;

interface Block {
  readonly text: string;
  readonly entry: YamlEntry;
}

/**
 * Contents as people and this service write them: a row of blocks, one secret each. A block is parsed by itself and only
 * when its text is new, and an edit touches the blocks of the secrets that change: all others stay byte for byte.
 */
export class BlockContents implements YamlContents {
  readonly entries: ReadonlyMap<string, YamlEntry>;

  private constructor(
    private readonly prelude: string,
    /** By name, in the order of the file. */
    private readonly blocks: ReadonlyMap<string, Block>,
  ) {
    this.entries = new Map([...blocks].map(([name, { entry }]) => [name, entry]));
  }

  /** Undefined where the text is no row of blocks, or has a fault: to read it whole tells which. */
  static async find(text: string, previous: BlockContents | undefined): Promise<BlockContents | undefined> {
    const split = splitBlocks(text);
    if (split === undefined) return undefined;
    const known = new Map([...(previous?.blocks.values() ?? [])].map((block) => [block.text, block]));
    const blocks = new Map<string, Block>();
    let turnEndsAt = performance.now() + MAX_TURN_MS;
    for (const blockText of split.blocks) {
      const block = known.get(blockText) ?? findBlock(blockText);
      if (block === undefined || blocks.has(block.entry.name)) return undefined;
      blocks.set(block.entry.name, block);
      if (performance.now() < turnEndsAt) continue;
      await nextTurn();
      turnEndsAt = performance.now() + MAX_TURN_MS;
    }
    return new BlockContents(split.prelude, blocks);
  }

  edit(changes: YamlChanges): string {
    const eol = /\r?\n/.exec(this.prelude + ([...this.blocks.values()][0]?.text ?? ''))?.[0] ?? '\n';
    const texts = new Map<string, string>([...this.blocks].map(([name, { text }]) => [name, text]));
    for (const [name, values] of changes) {
      const block = texts.get(name);
      if (block !== undefined) texts.set(name, rewriteBlock(block, name, values, eol));
      else if (values !== undefined) texts.set(name, printBlock(YamlDocument.parse(''), name, values, eol));
    }
    return joinLines([this.prelude, ...texts.values()], eol);
  }
}

function findBlock(text: string): Block | undefined {
  try {
    const document = YamlDocument.parse(text);
    const [entry] = document.entries;
    return document.isOneBlock && entry !== undefined ? { text, entry } : undefined;
  } catch (error) {
    if (error instanceof YamlFault) return undefined;
    throw error;
  }
}

function rewriteBlock(block: string, name: string, values: JsonObject | undefined, eol: string): string {
  const { head, tail } = splitTail(block);
  // The first comment ends a block scalar above; blank lines before it would become part of that.
  if (values === undefined) return tail.replace(/^(?:[ \t]*\r?\n)+/, '');
  return printBlock(YamlDocument.parse(head), name, values, eol, indentOf(head)) + tail;
}

function printBlock(
  document: YamlDocument,
  name: string,
  values: JsonObject,
  eol: string,
  indent?: number,
): string {
  document.set(name, values);
  const text = document.print(indent);
  // The library aligns what follows an explicit key for two spaces only.
  return (EXPLICIT_KEY.test(text) ? document.print() : text).replaceAll('\n', eol);
}

/** Spaces before the first key of the secret, where that stands on the line below the secret's name. */
function indentOf(head: string): number | undefined {
  return /^[^\n]*\n( +)[^ #\r\n]/.exec(head)?.[1]?.length;
}

/** The last line of a file may lack its end. */
function joinLines(texts: readonly string[], eol: string): string {
  const present = texts.filter((text) => text !== '');
  const last = present.length - 1;
  return present.map((text, index) => (index < last && !text.endsWith('\n') ? text + eol : text)).join('');
}
