import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YamlFile } from '../../src/providers/yaml/yaml-file.js';
import { YamlProvider } from '../../src/providers/yaml/yaml.provider.js';
import { describeSecretProvider } from './secret-provider.contract.js';

describeSecretProvider('YAML', { versioned: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'yaml-contract-'));
  return Promise.resolve({
    provider: new YamlProvider(new YamlFile(join(folder, 'secrets.yaml')), { writable: true }),
    scheme: 'yaml',
    mount: 'secret',
    stop: () => Promise.resolve(rmSync(folder, { recursive: true })),
  });
});
