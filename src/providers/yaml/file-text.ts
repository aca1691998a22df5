import { isUtf8 } from 'node:buffer';
import { YamlFault } from './yaml-fault.js';

/** The text of a file without a byte order mark. @throws YamlFault where the bytes are not UTF-8 */
export function decodeText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) throw new YamlFault('is not UTF-8', validLength(bytes, text));
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Characters before the first byte that is not UTF-8: there the text, encoded again, is another one. */
function validLength(bytes: Buffer, text: string): number {
  const again = Buffer.from(text, 'utf8');
  let index = 0;
  while (index < bytes.length && bytes[index] === again[index]) index += 1;
  return bytes
    .subarray(0, index)
    .toString('utf8')
    .replace(/\ufffd$/, '').length;
}
