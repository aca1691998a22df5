import type { KeyObject } from 'node:crypto';
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

/** How access tokens are verified. `issuer` undefined: no token can be, and one that is sent is refused. */
export interface AuthConfig {
  /** SECRETS_API_REQUIRE_AUTH, or SECRETS_ENFORCE_SCOPES, which implies it. */
  readonly required: boolean;
  readonly enforceScopes: boolean;
  readonly issuer: string | undefined;
  /** Undefined: discovered from the issuer. */
  readonly jwksUri: string | undefined;
  readonly audience: string;
  readonly audienceRequired: boolean;
  /** JWS algorithms, asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** Lower-case values of `typ`. */
  readonly tokenTypes: readonly string[];
  readonly jwksCooldownMs: number;
  readonly jwksRefreshMs: number;
  /** ANTI_REPLAY_ACCESS_TOKENS: a token's `jti` may be used once. */
  readonly tokensAreSingleUse: boolean;
  /** Name of the cookie that carries a token; undefined: none is read. */
  readonly sessionCookie: string | undefined;
  /** Name of the claim that carries the tenant; undefined: everybody is of the configured tenant. */
  readonly tenantClaim: string | undefined;
}

/** A TLS socket of our own. */
export interface TlsConfig {
  /** PEM texts, read from their files at the start. */
  readonly cert: string;
  readonly key: Sealed<string>;
  readonly clientCa: string | undefined;
  readonly clientAuth: 'off' | 'optional' | 'required';
}

/** Which peers may say whose certificate a client showed, and in which header form. */
export interface GatewayConfig {
  /** Each as `address/prefix`; IPv4 ranges in their own form, never as mapped into IPv6. */
  readonly trustedProxies: readonly string[];
  readonly clientCertHeader: 'rfc9440' | 'nginx' | 'envoy' | 'traefik';
}

/** Who decides. */
export type PdpConfig =
  | { readonly engine: 'none' }
  | { readonly engine: 'cedar'; /** Absolute. */ readonly policyDir: string }
  | {
      readonly engine: 'authzen';
      /** The PDP's identifier: an https or http address without a trailing slash. */
      readonly url: string;
      readonly token: Sealed<string> | undefined;
      /** PEM text. */
      readonly caCert: string | undefined;
      readonly timeoutMs: number;
      readonly batchMax: number;
      /** Whether facts of the resource are read from the store and sent along. */
      readonly resourceAttributes: boolean;
      /** Added to every context. */
      readonly context: Readonly<Record<string, unknown>>;
    };

/** Life and uses of a grant where the policy says nothing, and how long a denial is remembered. */
export interface GrantConfig {
  readonly ttlSecondsDefault: number;
  readonly maxUsesDefault: number;
  /** 0: denials are not remembered. */
  readonly negativeCacheSeconds: number;
}

/** The Kafka that records go to, and who the service is there. */
export interface KafkaConfig {
  /** Each as `host:port`, an IPv6 address in brackets. */
  readonly brokers: readonly string[];
  /** Undefined: in the clear. */
  readonly tls: { /** PEM text. */ readonly caCert: string | undefined } | undefined;
  readonly sasl:
    | {
        readonly mechanism: 'SCRAM-SHA-512' | 'SCRAM-SHA-256' | 'PLAIN';
        readonly username: string;
        readonly password: Sealed<string>;
      }
    | undefined;
}

/** Where records of what happened are kept. */
export interface AuditConfig {
  /** `required`: without its record nothing is given out. */
  readonly mode: 'best_effort' | 'required';
  /** Absolute; undefined: no file. */
  readonly file: string | undefined;
  /** From this size on the file is put aside and a new one begun; 0: never. */
  readonly fileMaxBytes: number;
  readonly format: 'native' | 'cloudevents';
  readonly kafka: KafkaConfig | undefined;
  /** Records that are kept in memory. */
  readonly bufferSize: number;
  /** Readers of the event stream at once. */
  readonly streamsMax: number;
  /** Whether the records in memory show the address. */
  readonly showsAddresses: boolean;
  /** Whether `/api/secrets/events`, `/api/secrets/audit` and `/console` exist. */
  readonly hasEndpoints: boolean;
}

/** Where traces go, over OTLP (HTTP, protobuf). */
export interface TracingConfig {
  /** Without a trailing slash; traces go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Names in lower case; mostly a credential is among them. */
  readonly headers: Sealed<Readonly<Record<string, string>>>;
  readonly serviceName: string;
  readonly sampler:
    | 'always_on'
    | 'always_off'
    | 'traceidratio'
    | 'parentbased_always_on'
    | 'parentbased_always_off'
    | 'parentbased_traceidratio';
  /** Share of the traces that is taken, 0 to 1; of the samplers that are named after it. */
  readonly ratio: number;
}

/** All that can be set from outside, validated and deeply frozen. Names of variables: docs/configuration.md. */
export interface AppConfig {
  readonly environment: Environment;
  /** The commit that was built; empty where nobody said it. */
  readonly revision: string;
  readonly http: {
    /** 0 lets the system choose a free port. */
    readonly port: number;
    readonly host: string;
    readonly publicOrigin: string | undefined;
    /** Connections at once; one more is closed. */
    readonly maxConnections: number;
    /** How long a connection without a request is kept. */
    readonly keepAliveTimeoutMs: number;
  };
  /** Undefined: plain HTTP, behind a gateway or on loopback. */
  readonly tls: TlsConfig | undefined;
  readonly gateway: GatewayConfig;
  readonly auth: AuthConfig;
  readonly tenant: {
    /** The tenant of callers whose token does not name one because `auth.tenantClaim` is not set. */
    readonly id: string;
    /** Of that tenant: in Unicode normalization form C, without duplicates. */
    readonly allowedMounts: readonly string[];
    /** The same for every tenant; who is not in it has no mounts. */
    readonly mountsByTenant: ReadonlyMap<string, readonly string[]>;
    /** Key of `resource_ref`: the UTF-8 bytes of the configured salt, else 32 random bytes of this process. */
    readonly salt: Sealed<KeyObject>;
    /** Whether that is the same in every process. */
    readonly isSaltConfigured: boolean;
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
    /** Failures of a store in a row after which it is left alone for a while. */
    readonly circuitFailures: number;
    /** How long it is left alone. */
    readonly circuitResetMs: number;
  };
  readonly idempotency: {
    /** How long the outcome of a request with an Idempotency-Key is kept. */
    readonly ttlSeconds: number;
  };
  readonly rateLimit: {
    /** Requests of one caller; 0: no limit. */
    readonly perMinute: number;
  };
  readonly transfer: {
    /** Whether a move has to be permitted the deletion of its source, and to have the scope of one. */
    readonly moveRequiresDelete: boolean;
  };
  readonly paging: { readonly limitDefault: number };
  /** What processes share. */
  readonly state: {
    /** A `redis:` or `rediss:` address, in which a password may stand; undefined: in memory. */
    readonly redisUrl: Sealed<string> | undefined;
    readonly redisPassword: Sealed<string> | undefined;
    /** PEM text. */
    readonly redisCaCert: string | undefined;
  };
  readonly pdp: PdpConfig & {
    /** What the purpose `read` is called when the policy is asked. */
    readonly readAction: string;
  };
  readonly grants: GrantConfig;
  readonly audit: AuditConfig;
  /** Undefined: no traces. */
  readonly tracing: TracingConfig | undefined;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  readonly strict: boolean;
  /** What was accepted and is still worth a word in the log: whole sentences without secrets. */
  readonly warnings: readonly string[];
}
