import { Injectable } from '@nestjs/common';
import type { ResourceFacts } from '../ports/policy-decision.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { Resource } from '../secrets/resource.js';
import { SecretUri } from '../secrets/secret-uri.js';

const NO_FACTS: ResourceFacts = {};

/** Owner, creator and time of creation of a secret, as the store has them: never from the caller. */
@Injectable()
export class ResourceFactsReader {
  constructor(private readonly providers: SecretProviders) {}

  /** Empty where the secret is not there, so that a denied caller cannot tell. @throws SecretError of a failing store */
  async read(resource: Resource): Promise<ResourceFacts> {
    if (!(resource instanceof SecretUri) || resource.scheme === 'yaml') return NO_FACTS;
    const secret = resource.secret();
    // Caught inside the call: its outcome in the metrics does not tell either.
    return this.providers.callVersioned(resource.scheme, 'readFacts', async (store) => {
      try {
        return factsOf((await store.readMetadata(secret)).customMetadata);
      } catch (error) {
        if (error instanceof SecretError && error.code === 'SECRET_NOT_FOUND') return NO_FACTS;
        throw error;
      }
    });
  }
}

export function factsOf(customMetadata: Readonly<Record<string, string>>): ResourceFacts {
  const { owner, created_by, created_at } = customMetadata;
  return {
    ...(owner !== undefined && { owner }),
    ...(created_by !== undefined && { created_by }),
    ...(created_at !== undefined && { created_at }),
  };
}
