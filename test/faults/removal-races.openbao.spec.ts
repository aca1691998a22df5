import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeRemovalRaces } from './removal-races.contract.js';

describeOnOpenbao('removal races', (title) => describeRemovalRaces(title, () => startOpenbao()));
