/** What a code means to the caller: the HTTP status it is answered with, a short title and when it occurs. */
interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly description: string;
}

/** Every code that the service can answer with. Codes are stable; `docs/errors.md` is generated from this table. */
export const ERROR_CATALOGUE = {
  // The address
  INVALID_URI: entry(
    400,
    'Invalid address',
    'The address is not a canonical secret URI: no scheme, a broken percent-encoding, an empty or unprintable fragment, user information, a port, a trailing slash where no prefix is asked for, or more than 2,048 characters.',
  ),
  UNSUPPORTED_PROVIDER: entry(
    400,
    'Unsupported provider',
    'The scheme names no provider of this service. Known are yaml, openbao+kv2 and hashicorp+kv2.',
  ),
  UNSUPPORTED_ENGINE: entry(
    400,
    'Unsupported engine',
    'The provider is known, its engine is missing or is not one that the service speaks.',
  ),
  ILLEGAL_SEGMENT: entry(
    400,
    'Illegal path segment',
    'Mount or path hold an empty segment, a dot segment, a slash, a backslash, an unprintable character or text that is not in Unicode normalization form C, in any depth of encoding; or the store refused the name.',
  ),
  INVALID_WILDCARD: entry(
    400,
    'Invalid wildcard',
    'An asterisk stands anywhere but as the whole last segment of a prefix.',
  ),
  AMBIGUOUS_QUERY: entry(
    400,
    'Ambiguous query',
    'A query parameter is repeated, is not known to the operation, or contradicts the address.',
  ),
  VERSION_NOT_ALLOWED: entry(
    400,
    'Version not allowed',
    'The operation works on the latest version or on the whole secret; only reads and the source of a copy take a version.',
  ),
  FRAGMENT_NOT_ALLOWED: entry(
    400,
    'Fragment not allowed',
    'The operation works on a whole secret; with a fragment it would reach the keys beside it too.',
  ),
  TENANT_MOUNT_MISMATCH: entry(
    400,
    'Mount not open to this tenant',
    'The mount is not one that the tenant may use. The answer is the same whether or not the mount exists.',
  ),

  // The request
  INVALID_REQUEST: entry(
    400,
    'Invalid request',
    'The request is malformed: a missing or wrongly typed parameter or body field, an unknown body field, a body that is not one JSON object, or a credential sent in more than one way.',
  ),
  OBJECT_REQUIRED: entry(
    400,
    'Object required',
    'A write without a fragment replaces the whole map of the secret, so its value has to be a JSON object.',
  ),
  NULL_VALUE: entry(400, 'Null value', 'A key cannot be set to null; delete it instead.'),
  NUMBER_PRECISION: entry(
    400,
    'Number would be rounded',
    'The store keeps numbers as IEEE 754 doubles, and a number in the value is not one. Send it as a string.',
  ),
  VALUE_TOO_COMPLEX: entry(
    400,
    'Value too complex',
    'The value is deeper than 32 levels, has more than 1,000 keys in all, or is over what the store takes in one secret.',
  ),
  VERSIONS_REQUIRED: entry(400, 'Versions required', 'The list of versions is missing or empty.'),
  INVALID_VERSION: entry(
    400,
    'Invalid version',
    'A version is not a positive integer, or more than 100 versions are named.',
  ),
  BODY_TOO_LARGE: entry(
    413,
    'Body too large',
    'The body is over 1 MiB, or the store refused the secret for its size.',
  ),
  UNSUPPORTED_MEDIA_TYPE: entry(
    415,
    'Unsupported media type',
    'A body has to be application/json in UTF-8, without a content encoding.',
  ),
  REQUEST_TIMEOUT: entry(408, 'Request too slow', 'The request did not arrive in time.'),
  HEADERS_TOO_LARGE: entry(
    431,
    'Headers too large',
    'The request line and the headers together are over 32 KiB, or there are more than 200 headers.',
  ),
  ROUTE_NOT_FOUND: entry(404, 'No such route', 'The service has no route of this path.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    'Method not allowed',
    'The route exists and does not take this method; Allow names those that it takes.',
  ),

  // The caller
  UNAUTHENTICATED: entry(
    401,
    'Authentication required',
    'No access token was sent, or a credential of another kind.',
  ),
  INVALID_TOKEN: entry(
    401,
    'Invalid access token',
    'The access token that was sent is not one that the service accepts: wrong in its form, signature, issuer, audience or time, or bound to a key that the sender has not proved.',
  ),
  INSUFFICIENT_SCOPE: entry(
    403,
    'Insufficient scope',
    'The access token lacks a scope that the operation needs; detail and WWW-Authenticate name it.',
  ),
  CROSS_ORIGIN: entry(
    403,
    'Request from another origin',
    'A change under a session cookie has to come from a page of the same origin, shown by Origin or Sec-Fetch-Site.',
  ),
  SECRET_AUTHZ_FAILED: entry(
    403,
    'Not permitted',
    'The policy does not permit this purpose on this secret. purpose and decision_id tell which question was asked.',
  ),
  OBLIGATION_UNKNOWN: entry(
    403,
    'Unknown obligation',
    'The policy permits under an obligation that the service does not know or cannot read, which is a refusal.',
  ),
  ROUTE_NOT_DECLARED: entry(
    403,
    'Route without authorization',
    'The route declares no authorization and is refused. This is a fault of the service.',
  ),

  // The secret
  SECRET_NOT_FOUND: entry(404, 'No such secret', 'There is no secret at this address.'),
  FRAGMENT_NOT_FOUND: entry(404, 'No such key', 'The secret exists and has no such key.'),
  SECRET_DELETED: entry(404, 'Secret deleted', 'The latest version of the secret is deleted or destroyed.'),
  VERSION_NOT_FOUND: entry(404, 'No such version', 'The secret has no such version, or it was pruned.'),
  VERSION_DELETED: entry(409, 'Version deleted', 'The version asked for is deleted; it can be undeleted.'),
  VERSION_DESTROYED: entry(409, 'Version destroyed', 'The version asked for is destroyed for good.'),
  WRITE_CONFLICT: entry(
    409,
    'Write conflict',
    'Others kept changing the secret while the write was tried. Nothing was written; try again.',
  ),
  ALREADY_EXISTS: entry(
    409,
    'Destination exists',
    'The destination of the copy or move exists, a deleted version counts too, and overwrite was not asked for. Nothing was written.',
  ),
  SOURCE_CHANGED: entry(
    409,
    'Source changed',
    'The source was changed while it was moved. What was copied stands at the destination, and the newer one stays at the source.',
  ),
  IDEMPOTENCY_IN_PROGRESS: entry(
    409,
    'Request under way',
    'A request with this Idempotency-Key is under way, or its process died a moment ago. Send it again in a few seconds.',
  ),
  PRECONDITION_FAILED: entry(
    412,
    'Precondition failed',
    'If-Match or If-None-Match does not hold for the secret as it stands.',
  ),

  IDEMPOTENCY_KEY_REUSED: entry(
    422,
    'Idempotency key reused',
    'This Idempotency-Key was sent with another request before. Every request needs a key of its own.',
  ),

  // The caller's share
  RATE_LIMITED: entry(
    429,
    'Too many requests',
    'This caller has made as many requests as it may in a minute. Retry-After tells when the next one counts.',
  ),

  // The provider
  PROVIDER_READ_ONLY: entry(
    403,
    'Provider is read-only',
    'The YAML store is for development: outside the environments dev and test it is not written.',
  ),
  NOT_SUPPORTED: entry(501, 'Not supported by the provider', 'The provider of this address cannot do this.'),
  PROVIDER_NOT_CONFIGURED: entry(
    501,
    'Provider not configured',
    'The service has no store configured for this scheme.',
  ),
  PROVIDER_DENIED: entry(
    502,
    'Store refused the service',
    'The store refused the credential of the service, or its policy forbids the service this path.',
  ),
  PROVIDER_ERROR: entry(
    502,
    'Store failed',
    'The store failed, or what it answered or holds cannot be understood.',
  ),
  MOVE_INCOMPLETE: entry(
    502,
    'Move incomplete',
    'The copy stands at the destination, and the source could not be taken away. Both exist; delete the source, or move again with overwrite.',
  ),
  OUTCOME_UNKNOWN: entry(
    502,
    'Outcome unknown',
    'The store may or may not have carried the change out, and asking it did not settle that. Look before trying again.',
  ),
  PROVIDER_UNAVAILABLE: entry(
    503,
    'Store unavailable',
    'The store cannot be reached, is sealed or has no leader.',
  ),
  PROVIDER_OVERLOADED: entry(503, 'Store overloaded', 'The store asks for fewer requests.'),
  OVERLOADED: entry(
    503,
    'Service overloaded',
    'Too many calls wait for this store already, or too many readers follow the events.',
  ),
  PROVIDER_TIMEOUT: entry(504, 'Store too slow', 'The store did not answer in time.'),

  // The service
  IDP_UNAVAILABLE: entry(
    503,
    'No keys of the issuer',
    'The keys of the identity provider could not be fetched yet, so no access token can be verified.',
  ),
  PDP_UNAVAILABLE: entry(
    503,
    'No policy decision',
    'The policy decision point gave no well-formed decision.',
  ),
  STATE_UNAVAILABLE: entry(
    503,
    'Shared state unavailable',
    'One-time proofs, grants and counters cannot be read or kept: the Redis that processes share is away, or the state is full. Nothing is let through on a guess.',
  ),
  AUDIT_UNAVAILABLE: entry(
    503,
    'Audit not writable',
    'The record of this call could not be written, so nothing is given out.',
  ),
  SHUTTING_DOWN: entry(503, 'Shutting down', 'The service is stopping and takes no new calls.'),
  INTERNAL_ERROR: entry(
    500,
    'Internal error',
    'A fault of the service. The correlation id leads to its log line.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Facts that a problem document carries beside its code. None of them may hold a value, a token or a store's text. */
export interface ErrorFacts {
  readonly purpose?: string;
  readonly decision_id?: string;
  /** Seconds after which trying again makes sense; also sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** The same, where the store itself has named it. */
  readonly storeRetryAfterSeconds?: number;
  /** The answer that an earlier request with the same Idempotency-Key got. */
  readonly isReplayed?: boolean;
  /** Methods of a 405, sent as Allow. */
  readonly allow?: readonly string[];
  /** How to do better, sent as WWW-Authenticate. */
  readonly challenges?: readonly Challenge[];
}

/** One challenge of WWW-Authenticate (RFC 9110 11.6.1). Values are ASCII and are put in quotes by whoever sends them. */
export interface Challenge {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The one error that the service answers with. `detail` reaches the caller: it may name what the caller sent
 * and never a value, a token or a text of the store.
 */
export class SecretError extends Error {
  override readonly name = 'SecretError';

  constructor(
    readonly code: ErrorCode,
    readonly detail: string = ERROR_CATALOGUE[code].description,
    readonly facts: ErrorFacts = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

function entry(status: number, title: string, description: string): ErrorEntry {
  return { status, title, description };
}
