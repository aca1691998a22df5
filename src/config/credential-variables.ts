import { Sealed } from '../secrets/sealed.js';
import type { About, Variable } from './variable.js';

/** ASCII that can stand in an HTTP header. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Text that travels in a header of the store. */
export function headerText(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'text',
    default: undefined,
    allowed: 'visible ASCII characters without spaces',
    parse: (text) => (VISIBLE_ASCII.test(text) ? text : undefined),
  };
}

/** A secret that travels in a header or body of the store. */
export function credential(about: About): Variable<Sealed<string> | undefined> {
  return {
    ...about,
    type: 'secret',
    default: undefined,
    allowed: 'visible ASCII characters without spaces',
    parse: (text) => (VISIBLE_ASCII.test(text) ? new Sealed(text) : undefined),
  };
}

export function secretText(about: About): Variable<Sealed<string> | undefined> {
  return {
    ...about,
    type: 'secret',
    default: undefined,
    allowed: 'any text',
    parse: (text) => new Sealed(text),
  };
}
