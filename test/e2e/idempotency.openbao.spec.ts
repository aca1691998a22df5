import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeIdempotency } from './idempotency.contract.js';

describeOnOpenbao('Idempotency-Key', (title) => {
  describeIdempotency(title, async () => {
    const store = await startOpenbao();
    return { env: { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken }, stop: () => store.stop() };
  });
});
