import type { CompiledPolicy } from './compiled-policy.js';
import { PolicyChunk, PolicySlice } from './policy-slice.js';

/** What a question can be found by: the keys under which a policy's scope may name its principal and its resource. */
export interface QuestionKeys {
  readonly action: string;
  readonly principal: readonly string[];
  readonly resource: readonly string[];
}

/** Policies of one and the same scope. */
interface Bucket {
  readonly number: number;
  readonly actions: ReadonlySet<string> | undefined;
  readonly policies: CompiledPolicy[];
  chunks: readonly PolicyChunk[] | undefined;
}

/** Parsing a chunk ahead takes about 0.1 ms a policy on the thread that answers requests. */
const POLICIES_PER_CHUNK = 128;
/** From here on a scope's policies are parsed once for all slices rather than into each. */
const SHARED_FROM = 16;
const SLICES_REMEMBERED = 20_000;

/**
 * Finds the policies that can match a question by what their scope names, so that the cost of a decision does not grow
 * with policies that cannot matter. It may find too many and never too few.
 */
export class PolicyIndex {
  /** resource key -> principal key -> buckets */
  private readonly buckets = new Map<string, Map<string, Bucket[]>>();
  private readonly slices = new Map<string, PolicySlice>();
  private bucketCount = 0;

  /** Before the first question only. */
  add(policy: CompiledPolicy): void {
    this.bucketOf(policy).policies.push(policy);
  }

  /** Undefined where no policy can match: nothing permits. */
  findSlice(keys: QuestionKeys): PolicySlice | undefined {
    const buckets = this.findBuckets(keys);
    if (buckets.length === 0) return undefined;
    const key = buckets.map(({ number }) => number).join();
    const slice = this.slices.get(key) ?? buildSlice(buckets);
    this.remember(key, slice);
    return slice;
  }

  private findBuckets({ action, principal, resource }: QuestionKeys): Bucket[] {
    const found: Bucket[] = [];
    for (const resourceKey of new Set(resource)) {
      const byPrincipal = this.buckets.get(resourceKey);
      if (byPrincipal === undefined) continue;
      for (const principalKey of new Set(principal)) {
        for (const bucket of byPrincipal.get(principalKey) ?? []) {
          if (bucket.actions?.has(action) !== false) found.push(bucket);
        }
      }
    }
    return found;
  }

  private bucketOf({ scope }: CompiledPolicy): Bucket {
    const byPrincipal = this.buckets.get(scope.resource) ?? new Map<string, Bucket[]>();
    this.buckets.set(scope.resource, byPrincipal);
    const buckets = byPrincipal.get(scope.principal) ?? [];
    byPrincipal.set(scope.principal, buckets);
    const actions = scope.actions === undefined ? undefined : new Set(scope.actions);
    const known = buckets.find((bucket) => isSameSet(bucket.actions, actions));
    if (known !== undefined) return known;
    const bucket = { number: this.bucketCount, actions, policies: [], chunks: undefined };
    this.bucketCount += 1;
    buckets.push(bucket);
    return bucket;
  }

  private remember(key: string, slice: PolicySlice): void {
    this.slices.delete(key);
    this.slices.set(key, slice);
    if (this.slices.size <= SLICES_REMEMBERED) return;
    const [oldest] = this.slices.keys();
    if (oldest !== undefined) this.slices.delete(oldest);
  }
}

function buildSlice(buckets: readonly Bucket[]): PolicySlice {
  const shared = buckets.filter(({ policies }) => policies.length >= SHARED_FROM);
  const small = buckets.filter(({ policies }) => policies.length < SHARED_FROM);
  for (const bucket of shared) bucket.chunks ??= cutIntoChunks(bucket.policies);
  return new PolicySlice([
    ...shared.flatMap(({ chunks = [] }) => chunks),
    ...cutIntoChunks(small.flatMap(({ policies }) => policies)),
  ]);
}

function cutIntoChunks(policies: readonly CompiledPolicy[]): PolicyChunk[] {
  const chunks: PolicyChunk[] = [];
  for (let start = 0; start < policies.length; start += POLICIES_PER_CHUNK) {
    chunks.push(new PolicyChunk(policies.slice(start, start + POLICIES_PER_CHUNK)));
  }
  return chunks;
}

function isSameSet(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.size === other.size && [...one].every((action) => other.has(action));
}
