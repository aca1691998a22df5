import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeRemovalRaces } from './removal-races.contract.js';

describeRemovalRaces('test server', () => startKv2Server());
