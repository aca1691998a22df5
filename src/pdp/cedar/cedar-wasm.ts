import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as cedarModule from '@cedar-policy/cedar-wasm/nodejs';

/** What decisions are made with, of all that the package offers. */
export type CedarWasm = Pick<
  typeof cedarModule,
  'preparsePolicySet' | 'preparseSchema' | 'statefulIsAuthorized'
>;

type CommonJsFile = (exports: object, require: NodeJS.Require, dirname: string) => void;

/**
 * A new instance with a memory of its own. Importing the package gives one instance for the life of the process, and after
 * a panic that one answers nothing any more; so its CommonJS file is run anew for each. Takes tens of milliseconds.
 */
export function instantiateCedar(): CedarWasm {
  const require = createRequire(import.meta.url);
  const file = require.resolve('@cedar-policy/cedar-wasm/nodejs');
  const parameters = ['exports', 'require', '__dirname'];
  const run = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file }) as CommonJsFile;
  const exported: Partial<CedarWasm> = {};
  run(exported, require, dirname(file));
  if (!isComplete(exported)) throw new Error('@cedar-policy/cedar-wasm does not offer what it should');
  return exported;
}

function isComplete(exported: Partial<CedarWasm>): exported is CedarWasm {
  return [exported.preparsePolicySet, exported.preparseSchema, exported.statefulIsAuthorized].every(
    (part) => typeof part === 'function',
  );
}
