import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeConcurrentWriters } from './concurrent-writers.contract.js';

describeOnOpenbao('concurrent writers', (title) => {
  describeConcurrentWriters(title, async () => {
    const store = await startOpenbao();
    return {
      scheme: 'openbao+kv2',
      hasVersions: true,
      env: { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken },
      stop: () => store.stop(),
    };
  });
});
