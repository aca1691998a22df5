import type { CutKind } from './cut-kind.js';

export type StoreName = 'kv2' | 'yaml';
export type Values = Readonly<Record<string, string>>;

/** A kind of move: where from, where to, what, and whether something stands at its destination. */
export interface MoveScenario {
  readonly from: StoreName;
  readonly to: StoreName;
  /** `last key`: nothing else is in the source, so that the secret goes with it. */
  readonly form: 'secret' | 'key' | 'last key';
  readonly overwrite: boolean;
}

/** Somebody else writes the source: what is moved, or (of a key) what stands beside it. */
export interface SecondWriter {
  readonly of: 'what is moved' | 'what is beside';
  /** The call of the move that is on its way then. */
  readonly step: number;
  readonly when: 'before' | 'after';
}

export interface MoveCut {
  readonly kind: CutKind;
  /** The call of the move, from 1, and what it is for. */
  readonly step: number;
  readonly name: string;
  /** From 0 to just below 1: how soon a `kill soon` comes, and which of two ways on is taken. */
  readonly chance: number;
}

export const SCENARIOS: readonly MoveScenario[] = (
  [
    ['kv2', 'kv2'],
    ['kv2', 'yaml'],
    ['yaml', 'kv2'],
  ] as const
).flatMap(([from, to]) =>
  (['secret', 'key', 'last key'] as const).flatMap((form) =>
    [false, true].map((overwrite) => ({ from, to, form, overwrite })),
  ),
);

const SCHEMES = { kv2: 'openbao+kv2', yaml: 'yaml' } as const;
/** The key that is moved. */
const KEY = 'token';

/** One move with addresses and values of its own. */
export class MoveCase {
  readonly source: { readonly store: StoreName; readonly path: string };
  readonly destination: { readonly store: StoreName; readonly path: string };
  /** The source as it is, and as the second writer makes it. */
  readonly first: Values;
  readonly newer: Values;
  /** What stands at the destination before. */
  readonly before: Values | undefined;

  constructor(
    readonly id: string,
    readonly scenario: MoveScenario,
    readonly cut: MoveCut | undefined,
    readonly writer: SecondWriter | undefined,
  ) {
    const { form, from, to, overwrite } = scenario;
    this.source = { store: from, path: `moves/${id}/from` };
    this.destination = { store: to, path: `moves/${id}/to` };
    const beside = form === 'last key' ? undefined : 'other';
    const isBeside = writer?.of === 'what is beside';
    this.first = { [KEY]: this.mark('first'), ...(beside && { [beside]: this.mark('beside') }) };
    this.newer = isBeside
      ? { ...this.first, other: this.mark('beside-newer') }
      : { ...this.first, [KEY]: this.mark('newer') };
    const stays = { stays: this.mark('stays') };
    if (overwrite) this.before = { [KEY]: this.mark('old'), ...stays };
    else this.before = this.isOfKey ? stays : undefined;
  }

  get isOfKey(): boolean {
    return this.scenario.form !== 'secret';
  }

  get fromUri(): string {
    return this.uriOf(this.source);
  }

  get toUri(): string {
    return this.uriOf(this.destination);
  }

  /** What the destination becomes where this is the source. */
  copied(source: Values): Values {
    return this.isOfKey ? { ...this.before, [KEY]: source[KEY] ?? '' } : source;
  }

  /** What is left of a source whose moved part is taken away. */
  taken(source: Values): Values | undefined {
    if (!this.isOfKey) return undefined;
    const { [KEY]: _, ...rest } = source;
    return Object.keys(rest).length === 0 ? undefined : rest;
  }

  /** Whether what is to be moved is in this map. */
  isIn(values: Values | undefined): boolean {
    return values !== undefined && (!this.isOfKey || Object.hasOwn(values, KEY));
  }

  toString(): string {
    const { from, to, form, overwrite } = this.scenario;
    const writer = this.writer && `, ${this.writer.of} written ${this.writer.when} call ${this.writer.step}`;
    return `${this.id}: ${from} to ${to}, ${form}${overwrite ? ', over another' : ''}, ${this.cut?.kind ?? 'no cut'} at ${this.cut?.step ?? 0} (${this.cut?.name ?? ''})${writer ?? ''}`;
  }

  private mark(what: string): string {
    return `${what} of ${this.id}`;
  }

  private uriOf({ store, path }: { readonly store: StoreName; readonly path: string }): string {
    return `${SCHEMES[store]}://secret/${path}${this.isOfKey ? `#${KEY}` : ''}`;
  }
}
