import { describeBehind } from './describe-behind.js';
import { describeGateway } from './gateway.suite.js';
import type { Configure } from './gateway.suite.js';

const EXTENSIONS = 'type.googleapis.com/envoy.extensions';

const configure: Configure = (gateway, { servicePort, server, authorityPath }) => {
  const at = (port: number): object => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const tls = {
    '@type': `${EXTENSIONS}.transport_sockets.tls.v3.DownstreamTlsContext`,
    require_client_certificate: false,
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { filename: server.certPath }, private_key: { filename: server.keyPath } },
      ],
      validation_context: { trusted_ca: { filename: authorityPath } },
    },
  };
  const http = {
    '@type': `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'gateway',
    // What the client says is dropped, and the certificate that it has shown is said in its place.
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: { cert: true, subject: true, uri: true, dns: true },
    http_filters: [
      { name: 'router', typed_config: { '@type': `${EXTENSIONS}.filters.http.router.v3.Router` } },
    ],
    route_config: {
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'service' } }] },
      ],
    },
  };
  const listener = {
    address: at(gateway.port),
    filter_chains: [
      {
        transport_socket: { name: 'tls', typed_config: tls },
        filters: [{ name: 'http', typed_config: http }],
      },
    ],
  };
  const endpoint = { lb_endpoints: [{ endpoint: { address: at(servicePort) } }] };
  const cluster = { name: 'service', load_assignment: { cluster_name: 'service', endpoints: [endpoint] } };
  const config = JSON.stringify({ static_resources: { listeners: [listener], clusters: [cluster] } });
  const path = gateway.write('envoy.json', config);
  return ['-c', path, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warn'];
};

describeBehind('envoy', (binary) => describeGateway(binary, 'envoy', configure));
