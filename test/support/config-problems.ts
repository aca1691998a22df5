import { ConfigurationError } from '../../src/config/configuration.error.js';
import { loadConfig } from '../../src/config/load-config.js';

/** The lines of the message that stops a start with these variables; fails where the start would succeed. */
export function configProblems(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}
