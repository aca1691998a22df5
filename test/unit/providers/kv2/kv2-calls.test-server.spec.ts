import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import { describeKv2Calls } from './kv2-calls.suite.js';

describeKv2Calls('test server', startKv2Server);
