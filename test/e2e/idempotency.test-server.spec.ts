import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeIdempotency } from './idempotency.contract.js';

describeIdempotency('test server', async () => {
  const store = await startKv2Server();
  return { env: { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken }, stop: () => store.stop() };
});
