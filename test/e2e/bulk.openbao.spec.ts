import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeBulk } from './bulk.contract.js';

describeOnOpenbao('bulk', (title) => {
  describeBulk(title, async () => {
    const store = await startOpenbao();
    return { env: { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken }, stop: () => store.stop() };
  });
});
