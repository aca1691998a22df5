import type { Environment } from './app-config.js';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

/**
 * Whether a service that is believed (IdP, PDP) may be spoken to at this address: over https, over http on loopback,
 * and over http anywhere in dev and test.
 */
export function isSafeTransport({ protocol, hostname }: URL, environment: Environment): boolean {
  if (protocol === 'https:') return true;
  if (protocol !== 'http:') return false;
  return environment === 'dev' || environment === 'test' || LOOPBACK.test(hostname);
}
