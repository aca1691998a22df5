import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import { describeKv2Calls } from './kv2-calls.suite.js';

describeOnOpenbao('kv2 calls', (title) => {
  describeKv2Calls(title, startOpenbao);
});
