import type * as cedarModule from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicies, CompiledPolicy } from './compiled-policy.js';
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

interface ReadPolicy {
  readonly place: SourcePlace;
  readonly compiled: CompiledPolicy;
  readonly isNew: boolean;
}

/**
 * Parses, validates and analyses a folder's policies. Blocks, for seconds where they are many: work for a thread of its
 * own. A policy whose text was compiled before, against the same schema, is taken as it was: what a policy means does not
 * depend on the others.
 */
export class PolicyCompiler {
  constructor(
    private readonly cedar: Cedar,
    private readonly actions: readonly string[],
    private readonly earlier?: CompiledPolicies,
  ) {}

  /** @throws PolicySetError naming file, line and policy of what is wrong */
  compile(contents: FolderContents): CompiledPolicies {
    const schema = this.readSchema(contents.schema);
    const earlier = this.earlier?.schema === schema ? this.earlier.policies : [];
    const policies = this.readPolicies(contents.policies, new Map(earlier.map((each) => [each.text, each])));
    refuse(repeatedIds(policies));
    const warnings = this.validate(
      policies.filter(({ isNew }) => isNew),
      schema,
    );
    const warned = policies.map(({ compiled, place }) => {
      const more = warnings.get(place);
      return more === undefined ? compiled : { ...compiled, warnings: [...compiled.warnings, ...more] };
    });
    return { schema, policies: warned };
  }

  private readSchema(addition: PolicyFile | undefined): string {
    const builtIn = builtInSchema(this.actions);
    const text = `${builtIn}${addition?.text ?? ''}`;
    if (text === this.earlier?.schema) return text;
    const answer = this.cedar.checkParseSchema(text);
    if (answer.type === 'success') return text;
    const place = { file: SCHEMA_FILE, text, line: 1 - (builtIn.split('\n').length - 1) };
    throw new PolicySetError(joinFaults(answer.errors.map((error) => describeFault(place, error))));
  }

  private readPolicies(
    files: readonly PolicyFile[],
    earlier: ReadonlyMap<string, CompiledPolicy>,
  ): ReadPolicy[] {
    const policies: ReadPolicy[] = [];
    const faults: string[] = [];
    for (const place of files.flatMap(placesOf)) {
      const known = earlier.get(place.text);
      const answer = known === undefined ? this.cedar.policyToJson(place.text) : undefined;
      if (known !== undefined) {
        policies.push({ place, compiled: { ...known, name: describePlace(place) }, isNew: false });
      } else if (answer?.type === 'success') {
        policies.push({ place, compiled: compilePolicy(place, answer.json), isNew: true });
      } else faults.push(...(answer?.errors ?? []).map((error) => describeFault(place, error)));
    }
    refuse(faults);
    return policies;
  }

  /** Cedar's warnings. @throws PolicySetError */
  private validate(policies: readonly ReadPolicy[], schema: string): Map<SourcePlace, string[]> {
    const staticPolicies = Object.fromEntries(policies.map(({ place }, index) => [`p${index}`, place.text]));
    const answer = this.cedar.validate({ schema, policies: { staticPolicies } });
    if (answer.type === 'failure') throw new PolicySetError(joinFaults(answer.errors.map(wordFault)));
    const placeOf = (policyId: string): SourcePlace | undefined => policies[Number(policyId.slice(1))]?.place;
    refuse(
      answer.validationErrors.map(({ policyId, error }) => {
        const place = placeOf(policyId);
        return place === undefined ? wordFault(error) : describeFault(place, error);
      }),
    );
    const warnings = new Map<SourcePlace, string[]>();
    for (const { policyId, error } of answer.validationWarnings) {
      const place = placeOf(policyId);
      if (place !== undefined) warnings.set(place, [...(warnings.get(place) ?? []), wordFault(error)]);
    }
    return warnings;
  }
}

function placesOf({ name: file, text: source }: PolicyFile): SourcePlace[] {
  return splitPolicies(source).map(({ text, line }, index) => {
    return { file, line, text, label: findId(text) ?? `number ${index + 1}` };
  });
}

function compilePolicy(place: SourcePlace, json: cedarModule.PolicyJson): CompiledPolicy {
  const annotations = json.annotations ?? {};
  const obligations = json.effect === 'permit' ? readObligations(annotations) : NO_OBLIGATIONS;
  return {
    text: place.text,
    name: describePlace(place),
    id: annotations['id'],
    obligations,
    warnings: obligations === 'unknown' ? [PERMITS_NOTHING] : [],
    ...analysePolicy(json),
  };
}

const NO_OBLIGATIONS = { ttlSeconds: undefined, maxUses: undefined };
const PERMITS_NOTHING = 'permits nothing, an annotation is unknown or unreadable';

/** Also of a policy that does not parse. */
function findId(text: string): string | undefined {
  const id = /^(?:@\w+(?:\("(?:[^"\\]|\\.)*"\))?\s*)*?@id\("((?:[^"\\]|\\.)*)"\)/.exec(text)?.[1];
  return id === undefined ? undefined : `"${id}"`;
}

function repeatedIds(policies: readonly ReadPolicy[]): string[] {
  const first = new Map<string, SourcePlace>();
  return policies.flatMap(({ compiled: { id }, place }) => {
    if (id === undefined) return [];
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, place);
    return earlier === undefined
      ? []
      : [`${describePlace(place)}: the @id is taken already (${earlier.file}:${earlier.line})`];
  });
}

/** @throws PolicySetError where there is any */
function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new PolicySetError(joinFaults(faults));
}
