import { isUtf8 } from 'node:buffer';
import { YamlFault } from './yaml-fault.js';

/** The text of a file without a byte order mark; what is not UTF-8 is replaced. */
export function lenientText(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** @throws YamlFault where the bytes are not UTF-8, YAML 1.2.2 section 5.2 */
export function refuseUnlessUtf8(bytes: Buffer): void {
  if (isUtf8(bytes)) return;
  // At the first byte that is not UTF-8 the lenient text, encoded again, is another one.
  const again = Buffer.from(bytes.toString('utf8'), 'utf8');
  const length = bytes.findIndex((byte, index) => byte !== again[index]);
  const valid = lenientText(bytes.subarray(0, length)).replace(/\ufffd$/, '');
  throw new YamlFault('is not UTF-8', valid.length);
}
