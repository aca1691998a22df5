import { CHAIN_START, chainFieldsOf, hashLine } from '../file/chain-head.js';
import type { ChainHead } from '../file/chain-head.js';
import { CLOUD_EVENT_SCHEMA, LINE_SCHEMA } from '../record-schema.js';
import { findSchemaFault } from './schema-fault.js';
import type { TrailLine } from './trail-lines.js';

/** Holds the lines of a trail, in their order, against the chain, the schema and what was exported of it. */
export class ChainCheck {
  private last: ChainHead;
  private readonly heads: Map<number, string>;
  private count = 0;

  /**
   * @param after the line before the first one that is given; the beginning of the trail by default
   * @param heads exported heads: each has to be a line of the trail
   */
  constructor(after: ChainHead = CHAIN_START, heads: readonly ChainHead[] = []) {
    this.last = after;
    this.heads = new Map(heads.map(({ seq, hash }) => [seq, hash]));
  }

  get head(): ChainHead {
    return this.last;
  }

  get lines(): number {
    return this.count;
  }

  /** What is wrong with the next line; undefined where nothing is. Behind a fault nothing can be said any more. */
  findFault({ bytes, isEnded }: TrailLine): string | undefined {
    if (!isEnded) return 'the line has no end: it was cut off';
    const line = parseLine(bytes);
    if (line === undefined) return 'the line is no JSON object in UTF-8';
    const fault = findSchemaFault('specversion' in line ? CLOUD_EVENT_SCHEMA : LINE_SCHEMA, line);
    if (fault !== undefined) return fault;
    const { seq, prev_hash: previousHash } = chainFieldsOf(line);
    if (seq !== this.last.seq + 1) return `seq is ${String(seq)} where ${this.last.seq + 1} follows`;
    if (previousHash !== this.last.hash) {
      return `prev_hash is not the hash of line ${this.last.seq}: this line or the one before it was changed`;
    }
    this.last = { seq, hash: hashLine(bytes) };
    this.count += 1;
    return this.findHeadFault();
  }

  /** What is wrong with the trail as a whole, once its last line was looked at. */
  findEndFault(): string | undefined {
    const [missing] = this.heads.keys();
    return missing === undefined
      ? undefined
      : `the exported head ${missing} is not in the files, which end with ${this.last.seq}: lines were cut off`;
  }

  private findHeadFault(): string | undefined {
    const { seq, hash } = this.last;
    const exported = this.heads.get(seq);
    this.heads.delete(seq);
    return exported === undefined || exported === hash
      ? undefined
      : 'the line has not the hash that was exported';
  }
}

function parseLine(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
