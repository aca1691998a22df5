import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeDeniedCallers } from './denied-callers.contract.js';

describeDeniedCallers('the in-repo server', () => startKv2Server());
