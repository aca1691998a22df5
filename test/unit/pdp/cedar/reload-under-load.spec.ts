import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type { PolicyDecision, PolicyQuestion } from '../../../../src/ports/policy-decision.port.js';
import { closeAll, folderWith, question, startCedarOn } from './cedar-bench.js';
import type { Asked } from './cedar-bench.js';

afterAll(closeAll);

const RELOADS = 100;
const REQUESTS = 10_000;
const CLIENTS = 4;

/** Set `n` tells its number by its ttl, changes sides with every number, and looks at the owner in every third. */
function policiesOf(n: number): string {
  const side = n % 2 === 0 ? 'even' : 'odd';
  const owned = n % 3 === 0 ? 'when { context.resource_attributes has owner }' : '';
  const others = Array.from(
    { length: 40 },
    (_, i) => `permit(principal in Group::"t${i}", action, resource in Folder::"yaml://secret/t${i}");`,
  );
  return `
    @ttl_seconds("${n + 1}") permit(principal in Group::"a", action, resource in Folder::"yaml://secret/${side}") ${owned};
    forbid(principal, action == Action::"delete", resource);
    ${others.join('\n')}
  `;
}

const ASKED: readonly Asked[] = [
  { uri: 'yaml://secret/even/x', groups: ['a'], facts: { owner: 'o' } },
  { uri: 'yaml://secret/odd/x', groups: ['a'], facts: { owner: 'o' } },
  { uri: 'yaml://secret/even/x', groups: ['b'] },
  { uri: 'yaml://secret/t1/x', groups: ['t1'] },
  { uri: 'yaml://secret/t1/x', groups: ['t1'], purpose: 'delete' },
];

function expectedOf(n: number): string[] {
  const own = `permit ${n + 1}`;
  return [...(n % 2 === 0 ? [own, 'deny'] : ['deny', own]), 'deny', 'permit', 'deny'];
}

function brief(decision: PolicyDecision): string {
  return decision.effect === 'permit' ? `permit ${decision.bounds.ttlSeconds ?? ''}`.trim() : decision.effect;
}

/** As the enforcement point does it: facts only where a policy looks at them, and the generation of the same moment. */
async function ask(pdp: CedarPdp): Promise<{ generation: string; answers: string[] }> {
  const questions = ASKED.map(question);
  const looks = pdp.needsFacts(questions);
  const told = questions.map((one, i): PolicyQuestion => (looks[i] === true ? one : { ...one, facts: {} }));
  const { generation } = pdp;
  const answers = await pdp.decide(told);
  return { generation, answers: answers.map(brief) };
}

describe('ten thousand questions across a hundred reloads', () => {
  it('are each answered by one whole set, the one that decided when they were asked', async () => {
    const folder = await folderWith({ 'all.cedar': policiesOf(0) });
    const pdp = await startCedarOn(folder, { pollMs: 60_000, settleMs: 60_000 });
    const numberOf = new Map([[pdp.generation, 0]]);
    const seen: Awaited<ReturnType<typeof ask>>[] = [];
    let isReloading = true;
    const client = async (): Promise<void> => {
      while (isReloading || seen.length < REQUESTS / ASKED.length) {
        seen.push(await ask(pdp));
        // The thread that reads the policies needs its share of a small machine.
        await sleep(3);
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);

    for (let n = 1; n <= RELOADS; n += 1) {
      // Every tenth set is broken: the one before it stays.
      const isBroken = n % 10 === 5;
      await writeFile(join(folder, 'next'), isBroken ? `${policiesOf(n)} forbid(` : policiesOf(n));
      await rename(join(folder, 'next'), join(folder, 'all.cedar'));
      expect(await pdp.reload()).toBe(!isBroken);
      if (!isBroken) numberOf.set(pdp.generation, n);
    }
    isReloading = false;
    await Promise.all(clients);

    expect(numberOf.size).toBe(RELOADS - 9);
    const wrong = seen.filter(({ generation, answers }) => {
      const n = numberOf.get(generation);
      return n === undefined || answers.join() !== expectedOf(n).join();
    });
    expect(wrong).toEqual([]);
    expect(seen.length * ASKED.length).toBeGreaterThanOrEqual(REQUESTS);
    // The clients were there while the sets changed.
    expect(new Set(seen.map(({ generation }) => generation)).size).toBeGreaterThan(RELOADS / 2);
  }, 400_000);
});
