import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeTransfer } from './transfer.contract.js';

describeOnOpenbao('copy and move', (title) => {
  describeTransfer(title, async () => {
    const store = await startOpenbao();
    return { env: { OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken }, stop: () => store.stop() };
  });
});
