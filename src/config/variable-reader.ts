import { readFileSync } from 'node:fs';
import { CONFIG_SCHEMA } from './config-schema.js';
import type { Variable } from './variable.js';

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never;
type Schema = UnionToIntersection<(typeof CONFIG_SCHEMA)[keyof typeof CONFIG_SCHEMA]>;

export type VariableName = keyof Schema;
/** The parsed value of each variable, or its default. */
export type ConfigValues = {
  readonly [Name in VariableName]: Schema[Name] extends Variable<infer T> ? T : never;
};

/** Faults found so far, each under the variable that is at fault. */
export type Problems = Map<string, string>;

/** What such a URL may carry beside its host (a password, a token in the query) is kept out of messages. */
const MAY_HOLD_SECRET = { URL: /[@?#]/, list: /@/ } as const;
const SHOWN_LENGTH = 80;

/**
 * Reads every variable of the schema; a bad one gets its default and an entry in `problems`.
 * An empty variable counts as not set.
 */
export function readVariables(env: NodeJS.ProcessEnv, problems: Problems): ConfigValues {
  const variables = Object.values(CONFIG_SCHEMA).flatMap((group) => Object.entries<Variable<unknown>>(group));
  return Object.fromEntries(
    variables.map(([name, variable]) => [name, readVariable(name, variable, env, problems)]),
  ) as ConfigValues;
}

function readVariable(
  name: string,
  variable: Variable<unknown>,
  env: NodeJS.ProcessEnv,
  problems: Problems,
): unknown {
  const text = variable.type === 'secret' ? findSecretText(name, env, problems) : env[name];
  if (text === undefined || text === '') return variable.default;
  const value = variable.parse(text);
  if (value !== undefined) return value;
  problems.set(name, `${name} ${describeContent(variable, text)}; allowed: ${variable.allowed}`);
  return variable.default;
}

/** The text of `<NAME>` or of the file that `<NAME>_FILE` names, less one newline at its end. */
function findSecretText(name: string, env: NodeJS.ProcessEnv, problems: Problems): string | undefined {
  const fileVariable = `${name}_FILE`;
  const path = env[fileVariable];
  if (path === undefined || path === '') return env[name];
  if (env[name]) {
    problems.set(name, `${name} and ${fileVariable} are both set; allowed: one of them`);
    return undefined;
  }
  try {
    const content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
    const text = content.replace(/\r?\n$/, '');
    if (text !== '') return text;
  } catch {
    // Told below: the reason could only repeat the path.
  }
  problems.set(
    name,
    `${fileVariable} holds ${quote(path)}; allowed: the path of a readable UTF-8 file that is not empty`,
  );
  return undefined;
}

function describeContent({ type }: Variable<unknown>, text: string): string {
  const hidden =
    type === 'secret' || ((type === 'URL' || type === 'list') && MAY_HOLD_SECRET[type].test(text));
  return hidden ? 'holds a text that is not shown here' : `holds ${quote(text)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}
