import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeKv2Store } from './kv2-store.contract.js';

describeKv2Store('KV v2 store: test server', startKv2Server);
