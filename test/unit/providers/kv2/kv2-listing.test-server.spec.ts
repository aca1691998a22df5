import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import { describeKv2Listing } from './kv2-listing.suite.js';

describeKv2Listing('test server', startKv2Server, { hasScan: true });
describeKv2Listing('test server as HashiCorp Vault', () => startKv2Server({ flavour: 'hashicorp' }), {
  hasScan: false,
});
