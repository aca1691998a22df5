import type { AppConfig } from '../config/app-config.js';
import type { Log } from '../observability/log.js';
import type { Metrics } from '../observability/metrics.js';
import { inSpan, keepTrace } from '../observability/trace-context.js';
import type { SpanDescription } from '../observability/trace-context.js';
import { isObservable, isVersioned } from '../ports/secret-provider.port.js';
import type { SecretProvider, StoreHealth, VersionedSecretProvider } from '../ports/secret-provider.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { Scheme } from '../secrets/secret-uri.js';
import { StoreResilience } from './resilience.js';
import type { CircuitName } from './store-circuit.js';

export interface ProviderBinding<P extends SecretProvider = SecretProvider> {
  readonly scheme: Scheme;
  readonly provider: P;
}

interface GuardedProvider {
  readonly provider: SecretProvider;
  readonly resilience: StoreResilience;
}

const CIRCUIT_VALUES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Finds the provider of a scheme, guards and measures each call to it. Two claims on one scheme stop the start. */
export class ProviderRegistry extends SecretProviders {
  private readonly providers = new Map<Scheme, GuardedProvider>();

  constructor(
    bindings: readonly ProviderBinding[],
    limits: AppConfig['provider'],
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {
    super();
    for (const { scheme, provider } of bindings) {
      if (this.providers.has(scheme)) throw new Error(`scheme "${scheme}" has two providers`);
      metrics.stampFailures.inc({ provider: scheme }, 0);
      const resilience = new StoreResilience(limits, {
        isLocal: scheme === 'yaml',
        onCircuitChange: (state) => this.tellCircuit(scheme, state),
      });
      this.providers.set(scheme, { provider, resilience });
      metrics.watchStoreQueue(scheme, resilience.queue);
    }
  }

  override isConfigured(scheme: Scheme): boolean {
    return this.providers.has(scheme);
  }

  override isOverloaded(scheme: Scheme): boolean {
    return this.providers.get(scheme)?.resilience.queue.isRefusing === true;
  }

  override async call<T>(
    scheme: Scheme,
    operation: string,
    run: (provider: SecretProvider) => Promise<T>,
  ): Promise<T> {
    const guarded = this.providers.get(scheme);
    if (guarded === undefined) throw new SecretError('PROVIDER_NOT_CONFIGURED');
    const stop = this.metrics.providerDuration.startTimer({ provider: scheme, operation });
    let outcome = 'ok';
    try {
      return await inSpan(
        () => describeCall(scheme, operation),
        () =>
          guarded.resilience.run(
            operation,
            keepTrace(() => run(guarded.provider)),
          ),
      );
    } catch (error) {
      outcome = error instanceof SecretError ? error.code : 'INTERNAL_ERROR';
      throw error;
    } finally {
      stop();
      this.metrics.providerCalls.inc({ provider: scheme, operation, outcome });
    }
  }

  override callVersioned<T>(
    scheme: Scheme,
    operation: string,
    run: (provider: VersionedSecretProvider) => Promise<T>,
  ): Promise<T> {
    return this.call(scheme, operation, (provider) => {
      if (!isVersioned(provider)) throw new SecretError('NOT_SUPPORTED');
      return run(provider);
    });
  }

  private tellCircuit(scheme: Scheme, state: CircuitName): void {
    this.metrics.circuitState.set({ provider: scheme }, CIRCUIT_VALUES[state]);
    if (state === 'open')
      this.log.warn(`The store ${scheme} fails again and again and is left alone for a while.`);
    if (state === 'closed') this.log.info({ provider: scheme }, 'the store works again');
  }

  override async checkHealth(): Promise<ReadonlyMap<Scheme, StoreHealth>> {
    const states = await Promise.all(
      [...this.providers].map(async ([scheme, { provider }]) => [scheme, await healthOf(provider)] as const),
    );
    return new Map(states);
  }
}

/** The whole operation, with its attempts and its wait for a place. */
function describeCall(scheme: Scheme, operation: string): SpanDescription {
  return {
    name: `${operation} ${scheme}`,
    kind: scheme === 'yaml' ? 'internal' : 'client',
    attributes: { 'secrets.provider': scheme, 'secrets.provider.operation': operation },
  };
}

async function healthOf(provider: SecretProvider): Promise<StoreHealth> {
  if (!isObservable(provider)) return { usable: true, state: 'unobserved' };
  try {
    return await provider.checkHealth();
  } catch (error) {
    return { usable: false, state: error instanceof SecretError ? error.code : 'INTERNAL_ERROR' };
  }
}
