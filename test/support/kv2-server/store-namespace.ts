import { randomUUID } from 'node:crypto';
import { DEFAULT_POLICY, findCapabilities, parsePolicy } from './acl-policy.js';
import type { PolicyRule } from './acl-policy.js';
import { Kv1Mount } from './kv1-mount.js';
import { Kv2Mount } from './kv2-mount.js';
import type { JsonObject } from './go-json.js';
import type { Mount } from './mount.js';

export interface AppRole {
  roleId: string;
  secretIds: Map<string, { usesLeft: number }>;
  policies: string[];
  ttlSeconds: number;
  maxTtlSeconds: number;
  secretIdNumUses: number;
}

/** One namespace with all that lives in it. */
export class StoreNamespace {
  readonly id = randomUUID().slice(0, 6);
  readonly uuid = randomUUID();
  readonly policies = new Map<string, PolicyRule[]>([['default', parsePolicy(DEFAULT_POLICY)]]);
  readonly roles = new Map<string, AppRole>();
  hasAppRole = false;
  private readonly mounts = new Map<string, { mount: Mount; accessor: string; uuid: string }>();

  /** @param path `''` for the root namespace, else `team/` */
  constructor(
    readonly path: string,
    private readonly options: { isOpenbao: boolean },
  ) {}

  addMount(path: string, version: '1' | '2'): void {
    const mount = version === '2' ? new Kv2Mount(this.options) : new Kv1Mount();
    this.mounts.set(path, { mount, accessor: `kv_${randomUUID().slice(0, 8)}`, uuid: randomUUID() });
  }

  removeMount(path: string): void {
    this.mounts.delete(path);
  }

  mountPaths(): string[] {
    return [...this.mounts.keys()];
  }

  /** The mount that a path lies in, the longest first; a mount's own name with or without its slash. */
  findMount(path: string): { name: string; mount: Mount; rest: string } | undefined {
    const names = [...this.mounts.keys()].sort((a, b) => b.length - a.length);
    const name = names.find((candidate) => path === candidate || path.startsWith(`${candidate}/`));
    const found = name === undefined ? undefined : this.mounts.get(name);
    return found && name !== undefined
      ? { name, mount: found.mount, rest: path.slice(name.length + 1) }
      : undefined;
  }

  describeMount(name: string): JsonObject | undefined {
    const found = this.mounts.get(name);
    if (found === undefined) return undefined;
    return {
      accessor: found.accessor,
      config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
      deprecation_status: 'supported',
      description: '',
      external_entropy_access: false,
      local: false,
      options: { version: found.mount.version },
      plugin_version: '',
      running_plugin_version: 'v2.7.2+builtin.bao',
      running_sha256: '',
      seal_wrap: false,
      type: 'kv',
      uuid: found.uuid,
    };
  }

  capabilitiesOf(policies: string[], path: string): Set<string> {
    return findCapabilities(this.rulesOf(policies), path);
  }

  /** Whether any rule lets a token do anything in a mount: what the store asks before it describes the mount. */
  reachesMount(policies: string[], name: string): boolean {
    return this.rulesOf(policies).some((rule) => {
      const start = rule.path.split(/[+*]/)[0] ?? '';
      const isInside = start.startsWith(`${name}/`) || (rule.path !== start && `${name}/`.startsWith(start));
      return isInside && !rule.capabilities.has('deny');
    });
  }

  private rulesOf(policies: string[]): PolicyRule[] {
    return policies.flatMap((name) => this.policies.get(name) ?? []);
  }
}
