import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeDeniedCallers } from './denied-callers.contract.js';

describeOnOpenbao('denied callers', (title) => describeDeniedCallers(title, () => startOpenbao()));
