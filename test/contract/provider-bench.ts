import { isVersioned } from '../../src/ports/secret-provider.port.js';
import type {
  ChangeOptions,
  ChangeOutcome,
  SecretProvider,
  VersionedSecretProvider,
} from '../../src/ports/secret-provider.port.js';
import type { JsonObject, JsonValue } from '../../src/secrets/json.js';
import { isJsonObject } from '../../src/secrets/json.js';
import { Sealed } from '../../src/secrets/sealed.js';
import { SecretError } from '../../src/secrets/secret.errors.js';
import type { ErrorCode } from '../../src/secrets/secret.errors.js';
import { SecretPrefix, SecretUri } from '../../src/secrets/secret-uri.js';
import type { Scheme } from '../../src/secrets/secret-uri.js';
import { Walk } from '../../src/secrets/walk.js';
import type { ListedSecret } from '../../src/secrets/walk.js';

/** A started provider with an empty store, or one in which nobody else uses the mount. */
export interface ProviderUnderTest {
  readonly provider: SecretProvider;
  readonly scheme: Scheme;
  /** A mount that is there and may be written. */
  readonly mount: string;
  stop(): Promise<void>;
}

type Values = Record<string, unknown>;
type Options = Partial<ChangeOptions>;

let folders = 0;

/** One test's corner of the store: a folder of its own, and the calls of the port in few words. */
export class ProviderBench {
  /** Folder below the mount that no other test uses. */
  readonly folder = `t${process.pid}-${(folders += 1)}`;

  constructor(private readonly under: ProviderUnderTest) {}

  get provider(): SecretProvider {
    return this.under.provider;
  }

  /** @throws Error where the provider has no versions though its suite says so */
  get versioned(): VersionedSecretProvider {
    if (!isVersioned(this.provider)) throw new Error('the provider under test has no versions');
    return this.provider;
  }

  /** The address of a name below the test's folder; the name is given as an address prints it. */
  uri(name: string): SecretUri {
    return SecretUri.parse(`${this.under.scheme}://${this.under.mount}/${this.folder}/${name}`);
  }

  prefix(name: string): SecretPrefix {
    return SecretPrefix.parse(`${this.under.scheme}://${this.under.mount}/${this.folder}/${name}`);
  }

  replace(name: string, values: Values, options?: Options & { mustExist?: boolean }): Promise<ChangeOutcome> {
    const { mustExist = false, ...rest } = options ?? {};
    const change = { kind: 'replace', values: new Sealed(values as JsonObject), mustExist } as const;
    return this.provider.change(this.uri(name), change, { subject: 'tester', ...rest });
  }

  setKey(
    name: string,
    key: string,
    value: unknown,
    options?: Options & { mustExist?: boolean },
  ): Promise<ChangeOutcome> {
    const { mustExist = false, ...rest } = options ?? {};
    const change = { kind: 'set-key', key, value: new Sealed(value as JsonValue), mustExist } as const;
    return this.provider.change(this.uri(name), change, { subject: 'tester', ...rest });
  }

  removeKey(name: string, key: string, options?: Options): Promise<ChangeOutcome> {
    return this.provider.change(
      this.uri(name),
      { kind: 'remove-key', key },
      { subject: 'tester', ...options },
    );
  }

  /** @param version pins the read */
  async read(name: string, version?: number): Promise<JsonObject> {
    const uri = version === undefined ? this.uri(name) : this.uri(name).withVersion(version);
    return (await this.provider.read(uri)).values.open();
  }

  /** Every listed name below the test's folder, decoded, in the order given. */
  async list(name = '', after?: string): Promise<string[]> {
    const walk = new Walk(1000, after === undefined ? undefined : `${this.folder}/${after}`);
    const listed = await this.collect(this.prefix(name), walk);
    return listed.map(({ uri }) => uri.path.slice(1).join('/'));
  }

  async collect(prefix: SecretPrefix, walk: Walk): Promise<ListedSecret[]> {
    const listed: ListedSecret[] = [];
    for await (const batch of this.provider.list(prefix, walk)) listed.push(...batch);
    return listed;
  }
}

/** The code of the error that a call has to end with; anything else fails the test. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode> {
  try {
    await call;
  } catch (error) {
    if (error instanceof SecretError) return error.code;
    throw error;
  }
  throw new Error('the call succeeded though it had to fail');
}

/** JSON text with sorted keys: `__proto__`, objects without a prototype and raw numbers compare like others. */
export function canonical(value: unknown): string {
  const json = value as JsonValue;
  if (Array.isArray(json)) return `[${json.map(canonical).join(',')}]`;
  if (!isJsonObject(json)) return JSON.stringify(json);
  const members = Object.keys(json).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(json[key])}`).join(',')}}`;
}

/** An object whose only key may be any string, `__proto__` too. */
export function single(key: string, value: unknown): Values {
  return JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as Values;
}
