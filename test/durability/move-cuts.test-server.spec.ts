import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeMoveCuts } from './move-cuts.contract.js';

describeMoveCuts('test server', async () => {
  const store = await startKv2Server();
  return { store, stop: () => store.stop() };
});
