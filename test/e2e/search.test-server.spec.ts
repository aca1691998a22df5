import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeSearch } from './search.contract.js';

describeSearch('test server', async () => {
  const store = await startKv2Server();
  const env = { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken };
  return { scheme: 'openbao+kv2', env, stop: () => store.stop() };
});
