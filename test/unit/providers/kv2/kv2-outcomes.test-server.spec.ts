import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import { describeKv2Outcomes } from './kv2-outcomes.suite.js';

describeKv2Outcomes('test server', startKv2Server);
