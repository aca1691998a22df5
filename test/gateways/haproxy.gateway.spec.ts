import { describeBehind } from './describe-behind.js';
import { describeGateway } from './gateway.suite.js';
import type { Configure } from './gateway.suite.js';

/** RFC 9440, as HAProxy writes it. */
const configure: Configure = (gateway, { servicePort, server, authorityPath }) => {
  const pair = gateway.write('server.pem', server.cert + server.key);
  const config = `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend gateway
  bind 127.0.0.1:${gateway.port} ssl crt ${pair} ca-file ${authorityPath} verify optional
  http-request del-header Client-Cert
  http-request set-header Client-Cert ":%[ssl_c_der,base64]:" if { ssl_c_used }
  default_backend service
backend service
  server service 127.0.0.1:${servicePort}
`;
  return ['-db', '-f', gateway.write('haproxy.cfg', config)];
};

describeBehind('haproxy', (binary) => describeGateway(binary, 'rfc9440', configure));
