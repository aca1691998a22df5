import { AUDIT_EVENTS } from '../../secrets/audit-resource.js';
import { OPERATIONS } from '../../secrets/operations.js';
import type { AddressRule, OperationId } from '../../secrets/operations.js';
import type { Resource } from '../../secrets/resource.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { SecretPrefix, SecretUri, findVersionNumber } from '../../secrets/secret-uri.js';

/** Parameters that narrow `uri`; known wherever `uri` is one. */
const NARROWING = ['fragment', 'version'] as const;

/** Names of the query parameters by which an operation is told its address. */
export function addressParameters(operation: OperationId): readonly string[] {
  const { address } = OPERATIONS[operation];
  if (address === undefined || address.in === 'body') return [];
  return address.field === 'uri' ? ['uri', ...NARROWING] : ['prefix'];
}

/**
 * The address of a request, parsed once: what is decided on is what is touched. The audit trail has none.
 * @param find the value of a parameter or body field by its name, undefined where it was not sent
 * @throws SecretError with one of the address codes, INVALID_REQUEST where the address is missing
 */
export function parseAddress(operation: OperationId, find: (name: string) => string | undefined): Resource {
  const { address } = OPERATIONS[operation];
  if (address === undefined) return AUDIT_EVENTS;
  const text = find(address.field);
  if (text === undefined) throw new SecretError('INVALID_REQUEST', `"${address.field}" is required.`);
  const written = address.in === 'query' ? mendScheme(text) : text;
  if (address.field === 'prefix') return SecretPrefix.parse(written);
  return checkRule(
    address,
    address.in === 'query' ? narrow(SecretUri.parse(written), find) : SecretUri.parse(written),
  );
}

/** In a query an unencoded `+` arrives as a space, and a scheme has no spaces. */
function mendScheme(text: string): string {
  return text.replace(/^[^:/?#]*:\/\//, (scheme) => scheme.replaceAll(' ', '+'));
}

function narrow(uri: SecretUri, find: (name: string) => string | undefined): SecretUri {
  const [fragment, version] = NARROWING.map(find);
  const named = fragment === undefined ? uri : narrowFragment(uri, fragment);
  return version === undefined ? named : narrowVersion(named, version);
}

function narrowFragment(uri: SecretUri, fragment: string): SecretUri {
  if (uri.fragment !== undefined && uri.fragment !== fragment) {
    throw new SecretError('AMBIGUOUS_QUERY', 'The fragment parameter contradicts the address.');
  }
  return uri.withFragment(fragment);
}

function narrowVersion(uri: SecretUri, text: string): SecretUri {
  const version = findVersionNumber(text);
  if (version === undefined)
    throw new SecretError('INVALID_VERSION', 'The version is not a positive integer.');
  if (uri.version !== undefined && uri.version !== version) {
    throw new SecretError('AMBIGUOUS_QUERY', 'The version parameter contradicts the address.');
  }
  return uri.withVersion(version);
}

function checkRule({ fragment, version }: AddressRule, uri: SecretUri): SecretUri {
  if (version === 'refused' && uri.version !== undefined) throw new SecretError('VERSION_NOT_ALLOWED');
  if (fragment === 'refused' && uri.fragment !== undefined) throw new SecretError('FRAGMENT_NOT_ALLOWED');
  return uri;
}
