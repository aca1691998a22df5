import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeFaultRuns } from './fault-run.contract.js';

describeFaultRuns('test server', () => startKv2Server());
