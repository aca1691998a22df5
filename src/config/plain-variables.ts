import { isPrintable } from '../secrets/percent-encoding.js';
import type { About, Variable } from './variable.js';

/** Decimal digits only: `1e3`, `0x10`, `+1` and `1.0` are refused. */
export function integer(
  limits: { readonly default: number; readonly min: number; readonly max: number },
  about: About,
): Variable<number> {
  const { min, max } = limits;
  return {
    ...about,
    type: 'integer',
    default: limits.default,
    allowed: `an integer from ${min} to ${max}, in decimal digits`,
    parse: (text) => {
      const value = /^(0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function boolean(defaultValue: boolean, about: About): Variable<boolean> {
  return {
    ...about,
    type: 'boolean',
    default: defaultValue,
    allowed: 'true or false',
    parse: (text) => {
      const word = text.toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : undefined;
    },
  };
}

/** @param aliases other spellings, each with the choice that it means */
export function choice<const T extends string>(
  choices: readonly T[],
  defaultValue: NoInfer<T>,
  about: About,
  aliases: Readonly<Record<string, NoInfer<T>>> = {},
): Variable<T> {
  const words = new Map<string, T>([
    ...choices.map((word) => [word, word] as const),
    ...Object.entries(aliases),
  ]);
  return {
    ...about,
    type: 'one of',
    default: defaultValue,
    allowed: [...words.keys()].join(', '),
    parse: (text) => words.get(text),
  };
}

/** Printable text on one line, at most 255 characters. */
export function label(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'text',
    default: defaultValue,
    allowed: 'printable characters, at most 255',
    parse: (text) => (isPrintable(text) && text.length <= 255 ? text : undefined),
  };
}

export function actionName(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'text',
    default: defaultValue,
    allowed: 'a letter, then letters, digits, ".", "_", ":" and "-", at most 64 characters',
    parse: (text) => (/^[a-z][\w.:-]{0,63}$/i.test(text) ? text : undefined),
  };
}
