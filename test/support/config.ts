import type { AppConfig } from '../../src/config/app-config.js';
import { loadConfig } from '../../src/config/load-config.js';

/** The configuration of a test: the defaults under ENVIRONMENT=test, and the given variables; nothing of the machine. */
export function testConfig(env: Readonly<Record<string, string>> = {}): AppConfig {
  return loadConfig({ ENVIRONMENT: 'test', ...env });
}
