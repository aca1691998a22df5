import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeSearch } from './search.contract.js';

describeOnOpenbao('search', (title) => {
  describeSearch(title, async () => {
    const store = await startOpenbao();
    const env = { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken };
    return { scheme: 'openbao+kv2', env, stop: () => store.stop() };
  });
});
