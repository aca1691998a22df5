import { createHash } from 'node:crypto';

/** Where a chain of lines stands. */
export interface ChainHead {
  /** Of the last line; the first line has 1. */
  readonly seq: number;
  /** `sha256:` and the hex SHA-256 of the last line's bytes, without its newline. */
  readonly hash: string;
}

/** Before the first line. */
export const CHAIN_START: ChainHead = { seq: 0, hash: `sha256:${'0'.repeat(64)}` };

export function hashLine(line: Uint8Array): string {
  return `sha256:${createHash('sha256').update(line).digest('hex')}`;
}

/** What a line says of its place; undefined where it is no line of a trail. */
export function findLink(line: Uint8Array): { seq: number; previousHash: string } | undefined {
  const { seq, prev_hash: previousHash } = chainFieldsOf(parseObject(line));
  const isLink =
    Number.isSafeInteger(seq) &&
    Number(seq) > 0 &&
    typeof previousHash === 'string' &&
    /^sha256:[\da-f]{64}$/.test(previousHash);
  return isLink ? { seq: Number(seq), previousHash } : undefined;
}

/** A CloudEvent carries the record, and its place in the chain, as its data. */
export function chainFieldsOf(line: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { specversion, data } = line;
  return specversion === undefined ? line : isObject(data) ? data : {};
}

function parseObject(line: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
