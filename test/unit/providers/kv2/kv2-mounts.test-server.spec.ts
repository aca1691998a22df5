import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import { describeKv2Mounts } from './kv2-mounts.suite.js';

describeKv2Mounts('test server', startKv2Server);
