import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { startKv2Provider } from '../unit/providers/kv2/start-kv2-provider.js';
import { describeSecretProvider } from './secret-provider.contract.js';

describeSecretProvider('openbao+kv2, test server', { versioned: true }, () =>
  startKv2Provider(startKv2Server),
);

// The store that has neither SCAN nor check-and-set of metadata.
describeSecretProvider('hashicorp+kv2, test server', { versioned: true }, () =>
  startKv2Provider(() => startKv2Server({ flavour: 'hashicorp' }), 'hashicorp+kv2'),
);
