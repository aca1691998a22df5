import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import { describeKv2Races } from './kv2-races.suite.js';

describeKv2Races('test server', startKv2Server);
