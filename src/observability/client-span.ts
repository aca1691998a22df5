import type { SpanDescription } from './trace-context.js';

/**
 * OpenTelemetry, semantic conventions for HTTP clients; one call on the wire. No `url.full` and no path: on the way to a
 * store it holds that of the secret.
 */
export function describeClientSpan(method: string, { hostname, port, protocol }: URL): SpanDescription {
  return {
    name: method,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    },
  };
}
