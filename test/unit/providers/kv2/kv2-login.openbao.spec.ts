import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import { describeKv2Login } from './kv2-login.suite.js';

describeOnOpenbao('kv2 login', (title) => {
  describeKv2Login(title, startOpenbao);
});
