import type { StoreConfig } from '../../config/app-config.js';
import type { StoreHealth } from '../../ports/secret-provider.port.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { Kv2Client } from './kv2.client.js';

/** Readiness must not wait as long as a call may take. */
const MAX_TIMEOUT_MS = 2000;

/** `sys/health`, by status: https://openbao.org/api-docs/system/health/ */
const STATES: Readonly<Record<number, StoreHealth>> = {
  200: { usable: true, state: 'active' },
  429: { usable: true, state: 'standby' },
  472: { usable: false, state: 'disaster recovery secondary' },
  473: { usable: true, state: 'performance standby' },
  501: { usable: false, state: 'not initialized' },
  503: { usable: false, state: 'sealed' },
};

/** Asks a store how it is, without a credential and on a connection of its own, so that busy ones do not delay it. */
export class Kv2Health {
  private readonly client: Kv2Client;

  constructor(config: StoreConfig, timeoutMs: number) {
    // The path belongs to no namespace.
    this.client = new Kv2Client(
      { ...config, namespace: undefined, poolSize: 1 },
      Math.min(timeoutMs, MAX_TIMEOUT_MS),
    );
  }

  async check(): Promise<StoreHealth> {
    try {
      const { status, form } = await this.client.send({ method: 'GET', path: 'sys/health' }, undefined);
      const state = form === 'malformed' ? undefined : STATES[status];
      return state ?? { usable: false, state: 'unexpected answer' };
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      return { usable: false, state: error.code === 'PROVIDER_TIMEOUT' ? 'silent' : 'unreachable' };
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
