import { describeConcurrentWriters } from './concurrent-writers.contract.js';

describeConcurrentWriters('YAML', () =>
  Promise.resolve({ scheme: 'yaml', hasVersions: false, env: {}, stop: () => Promise.resolve() }),
);
