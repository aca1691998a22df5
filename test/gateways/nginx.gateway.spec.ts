import { describeBehind } from './describe-behind.js';
import { describeGateway } from './gateway.suite.js';
import type { Configure } from './gateway.suite.js';

const configure: Configure = (gateway, { servicePort, server, authorityPath }) => {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      ${temporary.map((kind) => `${kind}_temp_path ${kind};`).join(' ')}
      server {
        listen 127.0.0.1:${gateway.port} ssl;
        ssl_certificate ${server.certPath};
        ssl_certificate_key ${server.keyPath};
        ssl_client_certificate ${authorityPath};
        ssl_verify_client optional;
        location / {
          # Without a path of its own, so that nginx sends on what it got and not what it made of it.
          proxy_pass http://127.0.0.1:${servicePort};
          # Empty without a certificate, and then nginx sends no such header.
          proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
        }
      }
    }`;
  return ['-p', gateway.folder, '-e', 'stderr', '-c', gateway.write('nginx.conf', config)];
};

describeBehind('nginx', (binary) => describeGateway(binary, 'nginx', configure));
