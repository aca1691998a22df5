import { parseArgs } from 'node:util';
import type { ChainHead } from '../file/chain-head.js';

export interface VerifyArguments {
  readonly files: readonly string[];
  readonly heads: readonly ChainHead[];
  readonly after: ChainHead | undefined;
}

export const USAGE = `Usage: secrets-audit verify [--head SEQ:HASH]… [--after SEQ:HASH] FILE…

Holds the files of an audit trail against its chain of hashes, its numbers and the schema of its lines. Nothing is
written and nothing is asked over the network.

  --head SEQ:HASH   a head that the service logged or exported: the line has to be there with that hash; without one,
                    lines that were cut off the end do not show
  --after SEQ:HASH  the last line of the files that are kept elsewhere; without it the trail has to begin with line 1

Exit code: 0 the trail holds, 1 it does not, 2 it could not be looked at.
`;

const HEAD = /^(\d{1,16}):(?:sha256:)?([\da-f]{64})$/;

/** Undefined where the arguments are not such. */
export function findVerifyArguments(words: readonly string[]): VerifyArguments | undefined {
  const [command, ...rest] = words;
  if (command !== 'verify') return undefined;
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: { head: { type: 'string', multiple: true }, after: { type: 'string' } },
    });
    const heads = (values.head ?? []).map(parseHead);
    const after = values.after === undefined ? undefined : parseHead(values.after);
    const files = positionals.filter((name) => !/\.lock$|\.torn-/.test(name));
    return files.length === 0 ? undefined : { files, heads, after };
  } catch {
    return undefined;
  }
}

function parseHead(text: string): ChainHead {
  const [, seq, hash] = HEAD.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new Error('a head is SEQ:HASH');
  return { seq: Number(seq), hash: `sha256:${hash}` };
}
