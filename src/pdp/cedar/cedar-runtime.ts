import type {
  AuthorizationAnswer,
  CheckParseAnswer,
  StatefulAuthorizationCall,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarWasm } from './cedar-wasm.js';
import type { CompiledPolicy } from './compiled-policy.js';
import type { PolicyChunk } from './policy-slice.js';

/** A question as Cedar takes it, without the policies. */
export type CedarCall = Pick<
  StatefulAuthorizationCall,
  'principal' | 'action' | 'resource' | 'context' | 'entities'
>;

/** What one chunk of policies says to a question. */
export interface ChunkAnswer {
  readonly allows: boolean;
  /** The satisfied permits of an allow, the satisfied forbids of a deny. */
  readonly determining: readonly CompiledPolicy[];
  /** Policies that failed while they were evaluated. */
  readonly failed: readonly CompiledPolicy[];
}

/** Schemas in use: the one that decides, and one for decisions that began before a reload. */
const SCHEMAS = 2;

/**
 * One instance of Cedar, and the policies that are parsed ahead in it. They are bounded by their number: the oldest
 * give way, and names are used again, since Cedar keeps what was parsed under a name until that name is overwritten.
 */
export class CedarRuntime {
  private cedar: CedarWasm | undefined;
  private readonly chunkNames = new Map<PolicyChunk, string>();
  private readonly schemaNames = new Map<string, string>();
  private freeNames: string[] = [];
  private preparsedCount = 0;

  /** @param policiesMax parsed ahead at once; each takes about 4 kB */
  constructor(
    private readonly instantiate: () => CedarWasm,
    private readonly policiesMax: number,
  ) {}

  /** Takes the time of the first call to the start of the service. */
  start(): void {
    this.cedar ??= this.instantiate();
  }

  /**
   * @returns undefined where the question does not fit the schema
   * @throws Error where Cedar itself failed; the next call goes to a new instance
   */
  evaluate(chunk: PolicyChunk, schema: string, call: CedarCall): ChunkAnswer | undefined {
    const answer = this.guarded((cedar) =>
      cedar.statefulIsAuthorized({
        ...call,
        preparsedPolicySetId: this.preparseChunk(cedar, chunk),
        preparsedSchemaName: this.preparseSchema(cedar, schema),
        validateRequest: true,
      }),
    );
    return answer.type === 'failure' ? undefined : readAnswer(answer, chunk);
  }

  /** Whether the chunk is parsed already. */
  isPreparsed(chunk: PolicyChunk): boolean {
    return this.chunkNames.has(chunk);
  }

  private guarded<Answer>(use: (cedar: CedarWasm) => Answer): Answer {
    try {
      this.start();
      return use(this.cedar as CedarWasm);
    } catch (error) {
      // After a panic a WebAssembly instance holds locks and half-made values; nothing it says can be trusted.
      this.cedar = undefined;
      this.chunkNames.clear();
      this.schemaNames.clear();
      this.freeNames = [];
      this.preparsedCount = 0;
      throw error;
    }
  }

  private preparseChunk(cedar: CedarWasm, chunk: PolicyChunk): string {
    const known = this.chunkNames.get(chunk);
    if (known !== undefined) {
      this.chunkNames.delete(chunk);
      this.chunkNames.set(chunk, known);
      return known;
    }
    this.makeRoom(cedar, chunk.policies.length);
    const name = this.freeNames.pop() ?? `chunk-${this.chunkNames.size}`;
    requireSuccess(cedar.preparsePolicySet(name, { staticPolicies: chunk.text }));
    this.chunkNames.set(chunk, name);
    this.preparsedCount += chunk.policies.length;
    return name;
  }

  private makeRoom(cedar: CedarWasm, count: number): void {
    for (const [chunk, name] of this.chunkNames) {
      if (this.preparsedCount + count <= this.policiesMax) return;
      requireSuccess(cedar.preparsePolicySet(name, { staticPolicies: '' }));
      this.chunkNames.delete(chunk);
      this.freeNames.push(name);
      this.preparsedCount -= chunk.policies.length;
    }
  }

  private preparseSchema(cedar: CedarWasm, schema: string): string {
    const known = this.schemaNames.get(schema);
    if (known !== undefined) return known;
    const [oldest] = this.schemaNames;
    const name = this.schemaNames.size < SCHEMAS ? `schema-${this.schemaNames.size}` : oldest?.[1];
    if (name === undefined) throw new Error('no name for a schema');
    if (this.schemaNames.size >= SCHEMAS && oldest !== undefined) this.schemaNames.delete(oldest[0]);
    requireSuccess(cedar.preparseSchema(name, schema));
    this.schemaNames.set(schema, name);
    return name;
  }
}

function readAnswer(
  { response }: Extract<AuthorizationAnswer, { type: 'success' }>,
  { policies }: PolicyChunk,
): ChunkAnswer {
  const find = (policyId: string): CompiledPolicy => {
    const policy = policies[Number(/^policy(\d+)$/.exec(policyId)?.[1])];
    if (policy === undefined) throw new Error('Cedar named a policy that it was not given');
    return policy;
  };
  return {
    allows: response.decision === 'allow',
    determining: response.diagnostics.reason.map(find),
    failed: response.diagnostics.errors.map(({ policyId }) => find(policyId)),
  };
}

function requireSuccess(answer: CheckParseAnswer): void {
  // Both were parsed when the set was loaded; by now this is a fault of the instance.
  if (answer.type === 'failure') throw new Error('Cedar could not parse what it had parsed before');
}
