import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyQuestion } from '../../../../src/ports/policy-decision.port.js';
import { Sealed } from '../../../../src/secrets/sealed.js';
import { LIES } from '../../../support/scripted-pdp/lies.js';
import { many, ONE, questionOn, THREE, useScriptedPdp } from './authzen-samples.js';

const asking = useScriptedPdp();

it('is the engine that metrics know, with policies out of sight', () => {
  expect(asking.open().pdp).toMatchObject({ engine: 'authzen', generation: 'authzen' });
});

describe('a question', () => {
  it('goes alone to the evaluation endpoint', async () => {
    await asking.open().pdp.decide(ONE);
    expect(asking.scripted.calls.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/.well-known/authzen-configuration'],
      ['POST', '/access/v1/evaluation'],
    ]);
    expect(asking.scripted.asked[0]?.body).toMatchObject({
      subject: { type: 'user', id: 'alice' },
      action: { name: 'read' },
      resource: { type: 'secret', id: 'yaml://secret/a' },
    });
  });

  it('carries the correlation id, the token, and JSON', async () => {
    await asking.open({ token: new Sealed('pdp-token') }).pdp.decide(ONE);
    expect(asking.scripted.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer pdp-token',
      'x-request-id': 'correlation-1',
      'content-type': 'application/json',
      accept: 'application/json',
    });
  });

  it('carries no credential where there is none', async () => {
    await asking.open().pdp.decide(ONE);
    expect(asking.scripted.asked[0]?.headers).not.toHaveProperty('authorization');
  });

  it('asks for the action that the platform calls it', async () => {
    const { pdp } = asking.open({}, { actionOf: (purpose) => (purpose === 'read' ? 'execute' : purpose) });
    await pdp.decide([...ONE, questionOn('yaml://secret/a', { purpose: 'delete' })]);
    expect(asking.scripted.asked[0]?.questions.map(({ action }) => action.name)).toEqual([
      'execute',
      'delete',
    ]);
  });

  it('is not asked where there is none', async () => {
    expect(await asking.open().pdp.decide([])).toEqual([]);
    expect(asking.scripted.calls).toEqual([]);
  });
});

describe('a batch', () => {
  it('keeps the order of questions and answers', async () => {
    asking.scripted.decide = ({ resource }) => ({
      decision: Number(resource.id.split('/').at(-1)) % 3 !== 0,
      context: { id: `d-${resource.id.split('/').at(-1)}` },
    });
    const decisions = await asking.open({ batchMax: 7 }).pdp.decide(many(60));
    expect(decisions).toEqual(
      many(60).map((_, index) =>
        index % 3 === 0
          ? { effect: 'deny', decisionId: `d-${index}` }
          : {
              effect: 'permit',
              decisionId: `d-${index}`,
              bounds: { ttlSeconds: undefined, maxUses: undefined },
            },
      ),
    );
  });

  it('is cut at the maximum', async () => {
    await asking.open({ batchMax: 50 }).pdp.decide(many(120));
    expect(asking.scripted.asked.map(({ questions }) => questions.length)).toEqual([50, 50, 20]);
    expect(asking.scripted.asked.every(({ path }) => path === '/access/v1/evaluations')).toBe(true);
  });

  it('holds whole questions, and the configured context for all', async () => {
    await asking.open({ context: { stage: 'blue' } }).pdp.decide(THREE);
    const { context, evaluations } = asking.scripted.asked[0]?.body as {
      context: object;
      evaluations: object[];
    };
    expect(context).toEqual({ stage: 'blue' });
    for (const evaluation of evaluations) {
      expect(evaluation).toMatchObject({
        subject: { id: 'alice' },
        action: { name: 'read' },
        context: { stage: 'blue', tenant_id: 'dev' },
      });
    }
  });

  it('never holds one resource twice with different properties, so that each is answered for itself', async () => {
    const owned = (owner: string): PolicyQuestion =>
      questionOn('openbao+kv2://secret/a', { facts: { owner } });
    asking.scripted.decide = ({ resource }) => ({ decision: resource.properties['owner'] === 'alice' });
    const decisions = await asking.open().pdp.decide([owned('bob'), owned('alice'), owned('bob')]);
    expect(decisions.map(({ effect }) => effect)).toEqual(['deny', 'permit', 'deny']);
    for (const { questions } of asking.scripted.asked) {
      expect(new Set(questions.map(({ resource }) => resource.properties['owner'])).size).toBe(1);
    }
  });

  it('is small where Cerbos repeats every result in every element', async () => {
    await asking.open({ context: { 'cerbos.includeMeta': true } }).pdp.decide(many(25));
    expect(asking.scripted.asked.map(({ questions }) => questions.length)).toEqual([10, 10, 5]);
  });
});

describe('a decision point without a batch', () => {
  it('is asked one by one, a few at a time', async () => {
    asking.scripted.paths.evaluations = undefined;
    asking.scripted.lie = async (response, { status, headers, body }) => {
      await sleep(5);
      response.writeHead(status, headers).end(JSON.stringify(body));
    };
    const decisions = await asking.open({ timeoutMs: 5_000 }).pdp.decide(many(60));
    expect(decisions.every(({ effect }) => effect === 'permit')).toBe(true);
    expect(asking.scripted.asked.map(({ path }) => path)).toEqual(
      many(60).map(() => '/access/v1/evaluation'),
    );
    expect(asking.scripted.busiest).toBeLessThanOrEqual(8);
    expect(asking.scripted.busiest).toBeGreaterThan(1);
  });

  it('is found out where it publishes nothing', async () => {
    asking.scripted.document = undefined;
    asking.scripted.paths.evaluations = undefined;
    const { pdp, failures } = asking.open();
    expect((await pdp.decide(THREE)).every(({ effect }) => effect === 'permit')).toBe(true);
    await pdp.decide(THREE);
    expect(asking.scripted.asked.map(({ path }) => path.split('/').at(-1))).toEqual([
      'evaluations',
      ...THREE.map(() => 'evaluation'),
      ...THREE.map(() => 'evaluation'),
    ]);
    expect(failures).toEqual([]);
  });
});

it('says in its health that questions go unanswered though it is there', async () => {
  const { pdp } = asking.open();
  asking.scripted.lie = LIES['answers 401'];
  await pdp.decide(ONE);
  expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'failing' });
  asking.scripted.lie = undefined;
  await pdp.decide(ONE);
  expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
  expect(asking.scripted.asked).toHaveLength(2);
});
