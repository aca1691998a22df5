import { Worker } from 'node:worker_threads';
import { POLICIES_PER_MESSAGE } from './compiled-policy.js';
import type { CompiledPolicy } from './compiled-policy.js';
import { PolicyIndex } from './policy-index.js';
import { PolicySetError } from './policy-set.error.js';
import type { WorkerMessage, WorkerTask } from './policy-set.worker.js';

/** A set of policies that can decide. */
export interface PolicySet {
  readonly generation: string;
  readonly schema: string;
  readonly policies: readonly CompiledPolicy[];
  readonly index: PolicyIndex;
  readonly fileCount: number;
}

/** `.js` as built, `.ts` where the sources run as they are, as in the tests. */
const SUFFIX = import.meta.url.slice(-3);

/** Then Node strips the types itself, and has to be told that `./x.js` means `./x.ts`. */
const FOR_SOURCES = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    try { return next(specifier, context); }
    catch (error) {
      if (!/^\\.{1,2}\\/.*\\.js$/.test(specifier)) throw error;
      return next(specifier.replace(/\\.js$/, '.ts'), context);
    }
  },
});`;

/**
 * Reads a folder of policies in a thread of its own, so that no request waits meanwhile. The thread ends with its task: the
 * memory that parsing takes is given back.
 */
export class PolicyLoader {
  private worker: Worker | undefined;

  constructor(
    private readonly folder: string,
    private readonly actions: readonly string[],
  ) {}

  /**
   * @param known the set that is there already
   * @returns undefined where the folder still holds that one
   * @throws PolicySetError naming file, line and policy where the set cannot be used
   */
  async load(known: PolicySet | undefined): Promise<PolicySet | undefined> {
    const task: WorkerTask = {
      folder: this.folder,
      actions: this.actions,
      known: known && { generation: known.generation, schema: known.schema },
    };
    const worker = new Worker(new URL(`./policy-set.worker${SUFFIX}`, import.meta.url), {
      workerData: task,
      ...(SUFFIX === '.ts' && { execArgv: sourceArguments() }),
    });
    this.worker = worker;
    try {
      return await receiveSet(worker, known?.policies ?? []);
    } finally {
      this.worker = undefined;
      await worker.terminate();
    }
  }

  /** Ends a load that is under way: it fails. */
  async close(): Promise<void> {
    await this.worker?.terminate();
  }
}

function receiveSet(worker: Worker, earlier: readonly CompiledPolicy[]): Promise<PolicySet | undefined> {
  const index = new PolicyIndex();
  const policies: CompiledPolicy[] = [];
  // Requests that wait come first.
  const answer = (reply: unknown): unknown => setImmediate(() => worker.postMessage(reply));
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'earlier':
          return answer(earlier.slice(message.from, message.from + POLICIES_PER_MESSAGE));
        case 'policies':
          for (const policy of message.policies) index.add(policy);
          policies.push(...message.policies);
          return answer('taken');
        case 'done':
          return resolve({ ...message, index, policies });
        case 'unchanged':
          return resolve(undefined);
        case 'refused':
          return reject(new PolicySetError(message.message));
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that reads the policies ended early')));
  });
}

function sourceArguments(): string[] {
  const preload = `data:text/javascript,${encodeURIComponent(FOR_SOURCES)}`;
  return ['--experimental-transform-types', '--no-warnings', '--import', preload];
}
