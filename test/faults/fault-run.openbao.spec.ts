import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeFaultRuns } from './fault-run.contract.js';

describeOnOpenbao('fault runs', (title) => describeFaultRuns(title, () => startOpenbao()));
