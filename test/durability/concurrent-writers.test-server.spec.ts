import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeConcurrentWriters } from './concurrent-writers.contract.js';

describeConcurrentWriters('test server', async () => {
  const store = await startKv2Server();
  return {
    scheme: 'openbao+kv2',
    hasVersions: true,
    env: { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken },
    stop: () => store.stop(),
  };
});
