/** One environment variable: how its text becomes a value, and all that its line in docs/configuration.md says. */
export interface Variable<T> {
  readonly type: 'integer' | 'boolean' | 'one of' | 'text' | 'list' | 'URL' | 'path' | 'secret';
  /** The value where nothing is set. */
  readonly default: T;
  /** The default in words, where its text alone would not tell. */
  readonly defaultNote?: string;
  readonly unit?:
    'ms' | 'connections' | 'calls' | 'items' | 'attempts' | 's' | 'uses' | 'bytes' | 'failures' | 'requests';
  /** Completes "allowed: …". */
  readonly allowed: string;
  readonly sentence: string;
  /** Undefined: the text is not allowed. Never called with an empty text, which counts as not set. */
  readonly parse: (text: string) => T | undefined;
}

/** What a variable says of itself beside its kind. */
export type About = Pick<Variable<unknown>, 'sentence' | 'unit' | 'defaultNote'>;
