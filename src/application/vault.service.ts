import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import type { RequestContext } from '../context/request-context.js';
import { OutcomeRecorder } from '../pep/outcome.recorder.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Caller } from '../secrets/caller.js';
import type { JsonValue } from '../secrets/json.js';
import { Grant } from '../secrets/grant.js';
import { Sealed } from '../secrets/sealed.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SecretUri } from '../secrets/secret-uri.js';
import { valueAt } from '../secrets/secret-value.js';

/** What a read gives: the value of the key that the address names, else the whole map. */
export interface Credentials {
  readonly uri: SecretUri;
  readonly value: Sealed<JsonValue>;
  /** The version that was read, where the store counts versions. */
  readonly version: number | undefined;
}

/** What application code inside this process says to read a secret. */
export interface CredentialsRequest {
  /** A canonical address; a fragment names one key, a version pins it. */
  readonly uri: string;
  readonly subject: string;
  readonly clientId?: string;
  /** 1 to 128 of `A-Za-z0-9._-`; made where it is missing. */
  readonly correlationId?: string;
}

/** Provider-backed reads. Application code and HTTP routes pass the same enforcement point. */
@Injectable()
export class VaultService {
  constructor(
    private readonly enforcement: PolicyEnforcementPoint,
    private readonly providers: SecretProviders,
    private readonly recorder: OutcomeRecorder,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Reads a secret, with the grant of a request or, for application code, with a request that is authorized and
   * recorded here.
   * @throws SecretError of the address, the enforcement point, or the read
   */
  async getCredentials(access: Grant | CredentialsRequest): Promise<Credentials> {
    return access instanceof Grant ? this.read(access) : this.authorizeAndRead(access);
  }

  private async authorizeAndRead(request: CredentialsRequest): Promise<Credentials> {
    const { uri, subject, clientId, correlationId = randomUUID() } = request;
    const caller: Caller = { subject, clientId, tenantId: this.config.tenant.id, token: undefined };
    const operation = 'readSecretValue';
    const context: RequestContext = {
      correlationId,
      traceId: null,
      startedAtMs: performance.now(),
      operation,
      caller,
    };
    this.recorder.checkWritable();
    try {
      const resource = SecretUri.parse(uri);
      context.resource = resource;
      const grant = await this.enforcement.authorize({ operation, resource, caller, correlationId });
      context.grant = grant;
      const credentials = await this.read(grant);
      await this.recorder.recordSuccess(context, credentials.version);
      return credentials;
    } catch (error) {
      if (error instanceof SecretError) await this.recorder.recordFailure(context, error);
      throw error;
    }
  }

  private async read({ resource: uri }: Grant): Promise<Credentials> {
    const { values, version } = await this.providers.call(uri.scheme, 'read', (provider) =>
      provider.read(uri),
    );
    return { uri, value: new Sealed(valueAt(values.open(), uri.fragment)), version };
  }
}
