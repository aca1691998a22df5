import { refuseUnless } from './address-grammar.js';
import type { Scheme } from './address-grammar.js';
import { decodeFurther, decodeOnce, encodeSegment, isPrintable } from './percent-encoding.js';
import { SecretError } from './secret.errors.js';

/** Mount and path, percent-decoded once and not yet checked. @throws SecretError INVALID_URI */
export function decodeSegments(hierarchy: string): string[] {
  return hierarchy.split('/').map((encoded) => {
    const segment = decodeOnce(encoded);
    if (segment === undefined)
      throw new SecretError('INVALID_URI', 'The address holds a broken percent-encoding.');
    return segment;
  });
}

/**
 * What holds for addresses and prefixes. Faults that have a code of their own come before INVALID_URI, the code of
 * the rest.
 * @param segments decoded; an empty last one (a trailing slash) is left to the caller
 * @throws SecretError ILLEGAL_SEGMENT, INVALID_WILDCARD, INVALID_URI
 */
export function checkSegments(segments: readonly string[]): void {
  refuseUnless(!segments.slice(0, -1).includes(''), 'ILLEGAL_SEGMENT', 'The address holds an empty segment.');
  segments.forEach(checkEveryDepth);
  const [mount = ''] = segments;
  refuseUnless(mount !== '', 'INVALID_URI', 'The address needs a mount and a path.');
  // An encoded one counts too: printed as they are these two would be read as user information and port.
  refuseUnless(
    !/[@:]/.test(mount),
    'INVALID_URI',
    'An address has no user information and no port; a mount holds neither @ nor a colon.',
  );
}

/** `<scheme>://<mount>/<path…>` as printed. */
export function printAddress(scheme: Scheme, segments: readonly string[]): string {
  return `${scheme}://${printSegments(segments)}`;
}

export function printSegments(segments: readonly string[]): string {
  return segments.map(encodeSegment).join('/');
}

/** What a careless reader further on would decode again must be harmless too. */
function checkEveryDepth(segment: string): void {
  for (let text = segment, previous = ''; text !== previous;) {
    checkSegment(text);
    previous = text;
    const further = decodeFurther(text);
    if (further === undefined)
      throw new SecretError('ILLEGAL_SEGMENT', 'A segment holds an escape of bytes that are not UTF-8.');
    text = further;
  }
}

function checkSegment(text: string): void {
  refuseUnless(text !== '.' && text !== '..', 'ILLEGAL_SEGMENT', 'The address holds a dot segment.');
  refuseUnless(!/[/\\]/.test(text), 'ILLEGAL_SEGMENT', 'A segment holds a slash or a backslash.');
  refuseUnless(
    !text.includes('*'),
    'INVALID_WILDCARD',
    'An asterisk may only be the whole last segment of a prefix.',
  );
  refuseUnless(isPrintable(text), 'ILLEGAL_SEGMENT', 'A segment holds a character that is not printable.');
  refuseUnless(
    text.normalize('NFC') === text,
    'ILLEGAL_SEGMENT',
    'A segment is not in Unicode normalization form C.',
  );
}
