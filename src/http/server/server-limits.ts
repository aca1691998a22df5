/**
 * What one peer may take of the HTTP server. docs/limits.md tells what the peer sees of each. Only the two that depend
 * on where the service stands are variables: HTTP_MAX_CONNECTIONS and HTTP_KEEP_ALIVE_TIMEOUT_MS.
 */
export const SERVER_LIMITS = {
  /** An address of 2,048 characters takes up to 24 KiB when it is percent-encoded. */
  maxHeaderBytes: 32 * 1024,
  /** Browsers and gateways send some twenty. Node would leave out what is over its own limit, and say nothing. */
  maxHeaderFields: 200,
  /** From the connection, or the first byte of a later request, to the end of the headers. */
  headersTimeoutMs: 10_000,
  /** From the moment the body is wanted to its last byte: 1 MiB at 52 KiB a second. */
  bodyTimeoutMs: 20_000,
  /** The whole request, where nobody waits for its body; longer than the two above together. */
  requestTimeoutMs: 40_000,
  /** From the connection to the end of the TLS handshake. */
  handshakeTimeoutMs: 10_000,
  /** How often Node looks for requests that are late. */
  checkingIntervalMs: 1_000,
  /** A connection that takes nothing of what waits for it; Node tells within twice that time. */
  stallTimeoutMs: 20_000,
  /** From the last byte of an answer, as the handler gave it, to its last byte as the peer took it. */
  answerTimeoutMs: 60_000,
  /** A refused peer that still sends is read to nowhere for so long, so that it sees its answer (RFC 9112 9.6). */
  lingerMs: 2_000,
} as const;
