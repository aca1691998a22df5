import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import { describeKv2Login } from './kv2-login.suite.js';

describeKv2Login('test server', startKv2Server);
