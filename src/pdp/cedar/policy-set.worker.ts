import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { CompiledPolicies, CompiledPolicy } from './compiled-policy.js';
import { PolicyCompiler } from './policy-compiler.js';
import { readFolder } from './policy-folder.js';
import type { FolderContents } from './policy-folder.js';
import { PolicySetError } from './policy-set.error.js';

export interface WorkerTask {
  readonly folder: string;
  readonly actions: readonly string[];
  /** The set that is there already: of an equal one nothing is compiled again, of another one what is new. */
  readonly known: (CompiledPolicies & { readonly generation: string }) | undefined;
}

export type WorkerMessage =
  | { readonly type: 'policies'; readonly policies: readonly CompiledPolicy[] }
  | {
      readonly type: 'done';
      readonly generation: string;
      readonly schema: string;
      readonly fileCount: number;
    }
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly message: string };

/** Messages are read on the main thread: each must be a matter of a few milliseconds. */
const POLICIES_PER_MESSAGE = 250;

async function compileFolder({ folder, actions, known }: WorkerTask): Promise<void> {
  const contents = await readFolder(folder);
  const generation = fingerprint(contents, actions);
  if (generation === known?.generation) return post({ type: 'unchanged' });
  const cedar = await import('@cedar-policy/cedar-wasm/nodejs');
  const { schema, policies } = new PolicyCompiler(cedar, actions, known).compile(contents);
  for (let start = 0; start < policies.length; start += POLICIES_PER_MESSAGE) {
    post({ type: 'policies', policies: policies.slice(start, start + POLICIES_PER_MESSAGE) });
  }
  post({ type: 'done', generation, schema, fileCount: contents.policies.length });
}

/** Equal wherever the same files are asked under the same names. */
function fingerprint({ policies, schema }: FolderContents, actions: readonly string[]): string {
  const files = [...policies, ...(schema === undefined ? [] : [schema])];
  const parts = files.map(({ name, text }) => [name, text]);
  return `cedar-${createHash('sha256')
    .update(JSON.stringify([actions, parts]))
    .digest('hex')}`;
}

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

try {
  await compileFolder(workerData as WorkerTask);
} catch (error) {
  if (!(error instanceof PolicySetError)) throw error;
  post({ type: 'refused', message: error.message });
}
