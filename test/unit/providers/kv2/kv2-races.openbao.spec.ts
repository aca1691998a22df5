import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import { describeKv2Races } from './kv2-races.suite.js';

describeOnOpenbao('kv2 races', (title) => {
  describeKv2Races(title, startOpenbao);
});
