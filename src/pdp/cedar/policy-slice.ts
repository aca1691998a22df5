import type { CompiledPolicy } from './compiled-policy.js';

/** Policies that are parsed ahead and asked together. Its identity is what the runtime caches by. */
export class PolicyChunk {
  constructor(readonly policies: readonly CompiledPolicy[]) {}

  /** Cedar numbers the policies of a text in their order: `policy0`, `policy1`, … */
  get text(): string {
    return this.policies.map(({ text }) => text).join('\n');
  }
}

/** All policies that can match a question, and what they look at. */
export class PolicySlice {
  readonly chunks: readonly PolicyChunk[];
  readonly readsFacts: boolean;
  /** Keys of the entities that the policies name: no other ancestor of a principal or resource can matter to them. */
  readonly mentions: ReadonlySet<string>;

  constructor(chunks: readonly PolicyChunk[]) {
    const policies = chunks.flatMap((chunk) => chunk.policies);
    this.chunks = chunks;
    this.readsFacts = policies.some(({ readsFacts }) => readsFacts);
    this.mentions = new Set(policies.flatMap(({ mentions }) => mentions));
  }
}
