import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import { describeKv2Mounts } from './kv2-mounts.suite.js';

describeOnOpenbao('kv2 mounts', (title) => {
  describeKv2Mounts(title, startOpenbao);
});
