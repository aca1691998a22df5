import { isIPv4, isIPv6 } from 'node:net';
import type { About, Variable } from './variable.js';

/** RFC 4291 2.5.5.2: an IPv4 address as sockets for both families show it, with its prefix. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const MAPPED_PREFIX = 96;

/** Each as `address/prefix`; an IPv4 range that is mapped into IPv6 in its IPv4 form. */
export function addressRanges(about: About): Variable<readonly string[]> {
  return {
    ...about,
    type: 'list',
    default: [],
    allowed: 'IP addresses and CIDR ranges separated by commas, such as 10.0.0.0/8, 192.0.2.7, fd00::/8',
    parse: (text) => {
      const ranges = text.split(',').map((part) => parseRange(part.trim()));
      return ranges.every((range) => range !== undefined) ? [...new Set(ranges)] : undefined;
    },
  };
}

function parseRange(text: string): string | undefined {
  const [, address = '', digits] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : -1;
  const prefix = digits === undefined ? bits : Number(digits);
  if (bits === -1 || prefix > bits) return undefined;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped === undefined) return `${address}/${prefix}`;
  return prefix < MAPPED_PREFIX ? undefined : `${mapped}/${prefix - MAPPED_PREFIX}`;
}
