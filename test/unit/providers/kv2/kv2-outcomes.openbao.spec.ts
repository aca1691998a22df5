import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import { describeKv2Outcomes } from './kv2-outcomes.suite.js';

describeOnOpenbao('kv2 outcomes', (title) => {
  describeKv2Outcomes(title, startOpenbao);
});
