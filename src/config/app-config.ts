import type { Sealed } from '../secrets/sealed.js';

/** The injection token of the one `AppConfig`. */
export const APP_CONFIG = Symbol('APP_CONFIG');

export type Environment = 'dev' | 'test' | 'staging' | 'production';
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export type LogFormat = 'json' | 'pretty';

/** Where one KV v2 store is and how the service shows who it is: a token, or AppRole (`roleId` and `secretId`). */
export interface StoreConfig {
  /** An http or https origin without a trailing slash. */
  readonly url: string;
  readonly token: Sealed<string> | undefined;
  readonly roleId: string | undefined;
  readonly secretId: Sealed<string> | undefined;
  readonly namespace: string | undefined;
  readonly verifyTls: boolean;
  /** PEM text, read from the file at the start. */
  readonly caCert: string | undefined;
  /** Connections kept to the store. */
  readonly poolSize: number;
}

/** All that can be set from outside, validated and deeply frozen. Names of variables: docs/configuration.md. */
export interface AppConfig {
  readonly environment: Environment;
  readonly http: {
    /** 0 lets the system choose a free port. */
    readonly port: number;
    readonly host: string;
    readonly publicOrigin: string | undefined;
  };
  readonly tenant: {
    readonly id: string;
    /** In Unicode normalization form C, without duplicates, at least one. */
    readonly allowedMounts: readonly string[];
    /** Key of `resource_ref`: the UTF-8 bytes of the configured salt, else 32 random bytes of this process. */
    readonly salt: Sealed<Buffer>;
  };
  readonly yaml: {
    /** Absolute. The file need not exist. */
    readonly path: string;
  };
  readonly stores: {
    readonly openbao: StoreConfig | undefined;
    readonly hashicorp: StoreConfig | undefined;
  };
  readonly provider: {
    /** Of one attempt. */
    readonly timeoutMs: number;
    /** After the first attempt, for reads only. */
    readonly retries: number;
    /** Calls in flight to one store. */
    readonly maxConcurrency: number;
    /** Calls that may wait for their turn at one store. */
    readonly queue: number;
  };
  readonly paging: { readonly limitDefault: number };
  readonly pdp: {
    /** What the purpose `read` is called when the policy is asked. */
    readonly readAction: string;
  };
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  readonly strict: boolean;
  /** What was accepted and is still worth a word in the log: whole sentences without secrets. */
  readonly warnings: readonly string[];
}
