import { describeBehind } from './describe-behind.js';
import { describeGateway } from './gateway.suite.js';
import type { Configure } from './gateway.suite.js';

const configure: Configure = (gateway, { servicePort, server, authorityPath }) => {
  const routing = {
    tls: {
      stores: { default: { defaultCertificate: { certFile: server.certPath, keyFile: server.keyPath } } },
      options: {
        default: { clientAuth: { caFiles: [authorityPath], clientAuthType: 'VerifyClientCertIfGiven' } },
      },
    },
    http: {
      routers: {
        all: { rule: 'PathPrefix(`/`)', service: 'service', middlewares: ['certificate'], tls: {} },
      },
      middlewares: { certificate: { passTLSClientCert: { pem: true } } },
      services: { service: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${servicePort}` }] } } },
    },
  };
  const config = {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    entryPoints: { gateway: { address: `127.0.0.1:${gateway.port}` } },
    providers: { file: { filename: gateway.write('routing.yaml', JSON.stringify(routing)), watch: false } },
  };
  return [`--configFile=${gateway.write('traefik.yaml', JSON.stringify(config))}`];
};

describeBehind('traefik', (binary) => describeGateway(binary, 'traefik', configure));
