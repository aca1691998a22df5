import { SecretError } from '../../secrets/secret.errors.js';

/**
 * The query of a request, read strictly: each parameter at most once, none that the operation does not know
 * (`verison=3` must not read the latest), every escape whole.
 * @param known names of the parameters of the operation
 * @throws SecretError AMBIGUOUS_QUERY, INVALID_REQUEST
 */
export function parseQuery(url: string, known: ReadonlySet<string>): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const start = url.indexOf('?');
  if (start === -1) return parameters;
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const separator = pair.indexOf('=');
    const name = decode(separator === -1 ? pair : pair.slice(0, separator));
    if (!known.has(name)) throw new SecretError('AMBIGUOUS_QUERY', unknownParameter(known));
    if (parameters.has(name))
      throw new SecretError('AMBIGUOUS_QUERY', `The parameter "${name}" is given twice.`);
    if (separator === -1) throw new SecretError('INVALID_REQUEST', `The parameter "${name}" has no value.`);
    parameters.set(name, decode(pair.slice(separator + 1)));
  }
  return parameters;
}

/** Form decoding (WHATWG URL-encoded), but nothing broken is let through: an unencoded `+` is a space. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new SecretError('INVALID_REQUEST', 'The query holds a broken percent-encoding.');
  }
}

/** Names what would have been right: the unknown name is the caller's text and may be anything. */
function unknownParameter(known: ReadonlySet<string>): string {
  const names = [...known].join(', ');
  return `A parameter is not known to this operation. ${names === '' ? 'It takes none.' : `Known are: ${names}.`}`;
}
