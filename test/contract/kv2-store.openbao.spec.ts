import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeKv2Store } from './kv2-store.contract.js';

describeOnOpenbao('KV v2 store', (title) => {
  describeKv2Store(title, startOpenbao);
});
