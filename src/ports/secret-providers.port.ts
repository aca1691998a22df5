import type { Scheme } from '../secrets/secret-uri.js';
import type { SecretProvider, StoreHealth, VersionedSecretProvider } from './secret-provider.port.js';

/** Every provider of the service, found by the scheme of an address; each call through it is measured. */
export abstract class SecretProviders {
  /** False where the scheme is known but no store is configured for it. */
  abstract isConfigured(scheme: Scheme): boolean;

  /** Whether the store has so many calls waiting that one more would be refused now. */
  abstract isOverloaded(scheme: Scheme): boolean;

  /**
   * Runs one operation on the provider of the scheme.
   * @param operation the provider's method, as it stands in metrics
   * @throws SecretError PROVIDER_NOT_CONFIGURED, and what the call throws
   */
  abstract call<T>(
    scheme: Scheme,
    operation: string,
    run: (provider: SecretProvider) => Promise<T>,
  ): Promise<T>;

  /** As `call`, for what needs versions. @throws SecretError NOT_SUPPORTED */
  abstract callVersioned<T>(
    scheme: Scheme,
    operation: string,
    run: (provider: VersionedSecretProvider) => Promise<T>,
  ): Promise<T>;

  /** Health of each configured store. */
  abstract checkHealth(): Promise<ReadonlyMap<Scheme, StoreHealth>>;
}
