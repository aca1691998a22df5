/** @typedef {import('./audit-follower.js').Connection} Connection */
/** @typedef {import('./audit-client.js').RefusedError} RefusedError */

/** What to do next about a refusal, by the stable code of the problem. */
export const NEXT_STEPS = new Map([
  ['UNAUTHENTICATED', 'Give an access token below, or sign in at the gateway and connect again.'],
  ['INVALID_TOKEN', 'Give a fresh access token below. Tokens that are bound to a key cannot be used here.'],
  ['INSUFFICIENT_SCOPE', 'Give a token that has the scope secrets.read_metadata.'],
  ['SECRET_AUTHZ_FAILED', 'Have the policy permit read_metadata on Audit::"events", or give another token.'],
  ['ROUTE_NOT_FOUND', 'The development endpoints are off: SECRETS_DEV_ENDPOINTS=true turns them on.'],
  ['OVERLOADED', 'Close a console that nobody reads, or raise AUDIT_SSE_MAX.'],
  ['RATE_LIMITED', 'This caller asks too often (RATE_LIMIT_PER_MINUTE).'],
  ['AUDIT_UNAVAILABLE', 'The service cannot write its audit file: see its log.'],
  ['PDP_UNAVAILABLE', 'The policy decision point does not answer: see /health/ready.'],
  ['IDP_UNAVAILABLE', 'The identity provider does not answer: see /health/ready.'],
  ['STATE_UNAVAILABLE', 'Redis does not answer: see /health/ready.'],
]);

/**
 * A state of the connection in words.
 * @param {Connection} connection
 * @returns {{ label: string, help: string }}
 */
export function describeConnection(connection) {
  switch (connection.name) {
    case 'connecting':
      return { label: 'Connecting', help: '' };
    case 'live':
      return { label: 'Live', help: '' };
    case 'waiting': {
      const { refusal } = connection;
      const help = refusal === undefined ? 'The service does not answer.' : explain(refusal);
      return { label: 'Reconnecting', help };
    }
    case 'refused':
      return { label: labelOf(connection.refusal), help: explain(connection.refusal) };
  }
}

/** Whether another token could change the answer. */
export function asksForToken(/** @type {Connection} */ connection) {
  return connection.name === 'refused' && [401, 403].includes(connection.refusal.status);
}

/** @param {RefusedError} refusal */
function labelOf({ status, code }) {
  if (status === 0) return 'Not the service';
  if (code === 'INVALID_TOKEN') return 'Token refused';
  if (status === 401) return 'Token needed';
  if (status === 403) return 'Not permitted';
  return `Refused (${status})`;
}

/** @param {RefusedError} refusal */
function explain({ status, code, message }) {
  if (status === 0) return `${message} It may want you to sign in: load this page anew.`;
  return [message, NEXT_STEPS.get(code)].filter((part) => part !== undefined).join(' ');
}
