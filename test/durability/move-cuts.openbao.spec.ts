import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { describeMoveCuts } from './move-cuts.contract.js';

describeOnOpenbao('move cuts', (title) =>
  describeMoveCuts(title, async () => {
    const store = await startOpenbao();
    return { store, stop: () => store.stop() };
  }),
);
