import { describeSearch } from './search.contract.js';

describeSearch('YAML', () => Promise.resolve({ scheme: 'yaml', env: {}, stop: () => Promise.resolve() }));
