import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { POLICIES_PER_MESSAGE } from './compiled-policy.js';
import type { CompiledPolicy } from './compiled-policy.js';
import { PolicyCompiler } from './policy-compiler.js';
import { readFolder } from './policy-folder.js';
import type { FolderContents } from './policy-folder.js';
import { PolicySetError } from './policy-set.error.js';

export interface WorkerTask {
  readonly folder: string;
  readonly actions: readonly string[];
  /** Of the set that is there already: of an equal one nothing is compiled again, of another one what is new. */
  readonly known: { readonly generation: string; readonly schema: string } | undefined;
}

/** `earlier` is answered by policies of the set that is there, none of them at its end; `policies` by any word. */
export type WorkerMessage =
  | { readonly type: 'earlier'; readonly from: number }
  | { readonly type: 'policies'; readonly policies: readonly CompiledPolicy[] }
  | {
      readonly type: 'done';
      readonly generation: string;
      readonly schema: string;
      readonly fileCount: number;
    }
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly message: string };

async function compileFolder({ folder, actions, known }: WorkerTask): Promise<WorkerMessage> {
  const contents = await readFolder(folder);
  const generation = fingerprint(contents, actions);
  if (generation === known?.generation) return { type: 'unchanged' };
  const earlier = known && { schema: known.schema, policies: await askForEarlier() };
  const cedar = await import('@cedar-policy/cedar-wasm/nodejs');
  const { schema, policies } = new PolicyCompiler(cedar, actions, earlier).compile(contents);
  for (let start = 0; start < policies.length; start += POLICIES_PER_MESSAGE) {
    await ask({ type: 'policies', policies: policies.slice(start, start + POLICIES_PER_MESSAGE) });
  }
  return { type: 'done', generation, schema, fileCount: contents.policies.length };
}

async function askForEarlier(): Promise<CompiledPolicy[]> {
  const earlier: CompiledPolicy[] = [];
  for (;;) {
    const more = (await ask({ type: 'earlier', from: earlier.length })) as readonly CompiledPolicy[];
    if (more.length === 0) return earlier;
    earlier.push(...more);
  }
}

/** One message at a time: Node hands out all that wait in one turn of the event loop. */
async function ask(message: WorkerMessage): Promise<unknown> {
  if (parentPort === null) throw new Error('this file runs as a worker');
  const answered = once(parentPort, 'message');
  parentPort.postMessage(message);
  const [answer] = (await answered) as unknown[];
  return answer;
}

/** Equal wherever the same files are asked under the same names. */
function fingerprint({ policies, schema }: FolderContents, actions: readonly string[]): string {
  const files = [...policies, ...(schema === undefined ? [] : [schema])];
  const parts = files.map(({ name, text }) => [name, text]);
  return `cedar-${createHash('sha256')
    .update(JSON.stringify([actions, parts]))
    .digest('hex')}`;
}

async function answerTask(): Promise<WorkerMessage> {
  try {
    return await compileFolder(workerData as WorkerTask);
  } catch (error) {
    if (!(error instanceof PolicySetError)) throw error;
    return { type: 'refused', message: error.message };
  }
}

parentPort?.postMessage(await answerTask());
