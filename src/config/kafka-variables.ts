import { isIPv6 } from 'node:net';
import type { About, Variable } from './variable.js';

const HOST_AND_PORT = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[a-z\d](?:[a-z\d._-]{0,252}))):(?<port>\d{1,5})$/i;
const PORT_MAX = 65_535;

/** Not set: there is no Kafka. */
export function brokerList(about: About): Variable<readonly string[] | undefined> {
  return {
    ...about,
    type: 'list',
    default: undefined,
    allowed: 'host:port separated by commas, an IPv6 address in brackets',
    parse: (text) => {
      const brokers = text.split(',').map((part) => part.trim());
      return brokers.every(isBroker) ? [...new Set(brokers)] : undefined;
    },
  };
}

export function userName(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'text',
    default: undefined,
    allowed: 'characters without control characters, at most 255',
    parse: (text) => (/^\P{Cc}{1,255}$/u.test(text) ? text : undefined),
  };
}

function isBroker(text: string): boolean {
  const { ipv6, port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) === 0 || Number(port) > PORT_MAX) return false;
  return ipv6 === undefined || isIPv6(ipv6);
}
