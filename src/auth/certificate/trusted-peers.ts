import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** How a socket for both families shows an IPv4 peer (RFC 4291 2.5.5.2). */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Addresses that are believed when they speak for others. */
export class TrustedPeers {
  private readonly list = new BlockList();

  /** @param ranges of TRUSTED_PROXIES, each as `address/prefix` */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', prefix = ''] = range.split('/');
      this.list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6');
    }
  }

  /** @param remoteAddress of the socket; undefined where it has none, as one of the file system */
  has(remoteAddress: string | undefined): boolean {
    if (remoteAddress === undefined) return false;
    // A link-local address comes with its interface, which no range can name.
    const [bare = ''] = remoteAddress.split('%', 1);
    const address = MAPPED.exec(bare)?.[1] ?? bare;
    if (isIPv4(address)) return this.list.check(address, 'ipv4');
    return isIPv6(address) && this.list.check(address, 'ipv6');
  }
}
