import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';
import { startKv2Provider } from '../unit/providers/kv2/start-kv2-provider.js';
import { describeSecretProvider } from './secret-provider.contract.js';

describeOnOpenbao('openbao+kv2', (title) => {
  describeSecretProvider(title, { versioned: true }, () => startKv2Provider(startOpenbao));
});

describeOnOpenbao('hashicorp+kv2', (title) => {
  describeSecretProvider(title, { versioned: true }, () => startKv2Provider(startOpenbao, 'hashicorp+kv2'));
});
