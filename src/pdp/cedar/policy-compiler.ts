import type * as cedarModule from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from './compiled-policy.js';
import { analysePolicy } from './policy-analysis.js';
import { readObligations } from './policy-annotations.js';
import { describeFault, describePlace, joinFaults, wordFault } from './policy-faults.js';
import type { SourcePlace } from './policy-faults.js';
import { SCHEMA_FILE } from './policy-folder.js';
import type { FolderContents, PolicyFile } from './policy-folder.js';
import { builtInSchema } from './policy-schema.js';
import { PolicySetError } from './policy-set.error.js';
import { splitPolicies } from './policy-text.js';

type Cedar = typeof cedarModule;

export interface CompiledSet {
  /** The built-in schema and what the folder adds to it. */
  readonly schema: string;
  readonly policies: readonly CompiledPolicy[];
  /** What is worth a word and stops nothing. */
  readonly warnings: readonly string[];
}

interface ReadPolicy {
  readonly compiled: CompiledPolicy;
  readonly place: SourcePlace;
  readonly id: string | undefined;
}

/** Parses, validates and analyses a folder's policies. Blocks, for seconds where they are many: work for a thread of its own. */
export class PolicyCompiler {
  constructor(
    private readonly cedar: Cedar,
    private readonly actions: readonly string[],
  ) {}

  /** @throws PolicySetError naming file, line and policy of what is wrong */
  compile(contents: FolderContents): CompiledSet {
    const schema = this.readSchema(contents.schema);
    const policies = this.readPolicies(contents.policies);
    refuse(repeatedIds(policies));
    const warnings = [...this.validate(policies, schema), ...unknownObligations(policies)];
    return { schema, policies: policies.map(({ compiled }) => compiled), warnings };
  }

  private readSchema(addition: PolicyFile | undefined): string {
    const builtIn = builtInSchema(this.actions);
    const text = `${builtIn}${addition?.text ?? ''}`;
    const answer = this.cedar.checkParseSchema(text);
    if (answer.type === 'success') return text;
    const place = { file: SCHEMA_FILE, text, line: 1 - (builtIn.split('\n').length - 1) };
    throw new PolicySetError(joinFaults(answer.errors.map((error) => describeFault(place, error))));
  }

  private readPolicies(files: readonly PolicyFile[]): ReadPolicy[] {
    const policies: ReadPolicy[] = [];
    const faults: string[] = [];
    for (const { name: file, text: source } of files) {
      splitPolicies(source).forEach(({ text, line }, index) => {
        const place = { file, line, text, label: findId(text) ?? `number ${index + 1}` };
        const answer = this.cedar.policyToJson(text);
        if (answer.type === 'failure')
          faults.push(...answer.errors.map((error) => describeFault(place, error)));
        else policies.push(toPolicy(place, answer.json));
      });
    }
    refuse(faults);
    return policies;
  }

  /** Cedar's warnings. @throws PolicySetError */
  private validate(policies: readonly ReadPolicy[], schema: string): string[] {
    const staticPolicies = Object.fromEntries(policies.map(({ place }, index) => [`p${index}`, place.text]));
    const answer = this.cedar.validate({ schema, policies: { staticPolicies } });
    if (answer.type === 'failure') throw new PolicySetError(joinFaults(answer.errors.map(wordFault)));
    const describe = ({
      policyId,
      error,
    }: {
      policyId: string;
      error: cedarModule.DetailedError;
    }): string => {
      const policy = policies[Number(policyId.slice(1))];
      return policy === undefined ? wordFault(error) : describeFault(policy.place, error);
    };
    refuse(answer.validationErrors.map(describe));
    return answer.validationWarnings.map(describe);
  }
}

function toPolicy(place: SourcePlace, json: cedarModule.PolicyJson): ReadPolicy {
  const annotations = json.annotations ?? {};
  const compiled = {
    text: place.text,
    name: describePlace(place),
    obligations: json.effect === 'permit' ? readObligations(annotations) : NO_OBLIGATIONS,
    ...analysePolicy(json),
  };
  return { compiled, place, id: annotations['id'] };
}

const NO_OBLIGATIONS = { ttlSeconds: undefined, maxUses: undefined };

/** For a message about a policy that does not parse. */
function findId(text: string): string | undefined {
  const id = /^(?:@\w+(?:\("(?:[^"\\]|\\.)*"\))?\s*)*?@id\("((?:[^"\\]|\\.)*)"\)/.exec(text)?.[1];
  return id === undefined ? undefined : `"${id}"`;
}

function repeatedIds(policies: readonly ReadPolicy[]): string[] {
  const first = new Map<string, SourcePlace>();
  return policies.flatMap(({ id, place }) => {
    if (id === undefined) return [];
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, place);
    return earlier === undefined
      ? []
      : [`${describePlace(place)}: the @id is taken already (${earlier.file}:${earlier.line})`];
  });
}

function unknownObligations(policies: readonly ReadPolicy[]): string[] {
  return policies
    .filter(({ compiled }) => compiled.obligations === 'unknown')
    .map(({ place }) => `${describePlace(place)}: permits nothing, an annotation is unknown or unreadable`);
}

/** @throws PolicySetError where there is any */
function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new PolicySetError(joinFaults(faults));
}
