import type { Obligations } from '../obligations.js';

/** What a policy's scope names. `*` is open, `is <Type>` a type, all else an entity's key; see `entityKey`. */
export interface PolicyScope {
  readonly principal: string;
  readonly resource: string;
  /** Ids of actions; undefined: any. */
  readonly actions: readonly string[] | undefined;
}

/** One policy as the decision point keeps it: its text, and what was read from it once. */
export interface CompiledPolicy {
  readonly text: string;
  /** For people: file, line and `@id`. */
  readonly name: string;
  /** `@id` */
  readonly id: string | undefined;
  readonly scope: PolicyScope;
  /** What its annotations ask for; `unknown` where one is not known or cannot be read. */
  readonly obligations: Obligations;
  readonly readsFacts: boolean;
  /** Keys of all entities that it names, in its scope or in a condition. */
  readonly mentions: readonly string[];
  /** What is worth a word about it and stops nothing. */
  readonly warnings: readonly string[];
}

/** Policies and the schema that they were held against. */
export interface CompiledPolicies {
  /** The built-in schema and what the folder adds to it. */
  readonly schema: string;
  readonly policies: readonly CompiledPolicy[];
}

/** Between threads. Copying them is work for the one that answers requests: a few milliseconds at a time. */
export const POLICIES_PER_MESSAGE = 250;

export const ANY = '*';

/** An entity as one string. No type holds a quote, so two entities never share a key. */
export function entityKey(type: string, id: string): string {
  return `${type}::"${id}`;
}

export function typeKey(type: string): string {
  return `is ${type}`;
}
