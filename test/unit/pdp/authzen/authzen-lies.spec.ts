import { LIES, BATCH_LIES } from '../../../support/scripted-pdp/lies.js';
import { ScriptedPdp } from '../../../support/scripted-pdp/scripted-pdp.js';
import type { Lie } from '../../../support/scripted-pdp/scripted-pdp.js';
import type { PolicyQuestion } from '../../../../src/ports/policy-decision.port.js';
import { ONE, THREE, TIMEOUT_MS, watchedPdp } from './authzen-samples.js';
import type { WatchedPdp } from './authzen-samples.js';

/** Over the deadline a decision may be by what it takes to notice. */
const SLACK_MS = 400;

let scripted: ScriptedPdp;
let watched: WatchedPdp;

beforeEach(async () => {
  scripted = await ScriptedPdp.start();
  watched = watchedPdp(scripted.url);
});

afterEach(async () => {
  await scripted.stop();
  await watched.pdp.close();
});

async function expectNone(questions: readonly PolicyQuestion[]): Promise<void> {
  const startMs = performance.now();
  const decisions = await watched.pdp.decide(questions);
  expect(performance.now() - startMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
  expect(decisions).toEqual(questions.map(() => ({ effect: 'none' })));
  expect(watched.failures).not.toEqual([]);
}

it('is permitted by the decision point when that tells the truth', async () => {
  const decisions = await watched.pdp.decide(THREE);
  expect(decisions.map(({ effect }) => effect)).toEqual(['permit', 'permit', 'permit']);
  expect(watched.failures).toEqual([]);
});

describe.each(Object.entries<Lie>(LIES))('a decision point that %s', (_, lie) => {
  it('gives no decision on one question', async () => {
    scripted.lie = lie;
    await expectNone(ONE);
  });

  it('gives no decision on several', async () => {
    scripted.lie = lie;
    await expectNone(THREE);
  });

  it('is asked again with the next question', async () => {
    scripted.lie = lie;
    await watched.pdp.decide(ONE);
    scripted.lie = undefined;
    expect(await watched.pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
  });
});

describe.each(Object.entries<Lie>(BATCH_LIES))('a decision point that %s', (_, lie) => {
  it('gives no decision on any of the questions', async () => {
    scripted.lie = lie;
    await expectNone(THREE);
  });
});

/** What says nothing about its own form: the document of a decision point that would be asked honestly afterwards. */
const LIES_OF_DOCUMENTS = Object.entries<Lie>(LIES).filter(
  ([name]) => !/^(says |wraps|gives (text|a list)|permits|names|answers (404|another))/.test(name),
);

describe.each(LIES_OF_DOCUMENTS)('a decision point whose discovery %s', (_, lie) => {
  it('is not asked', async () => {
    scripted.discoveryLie = lie;
    await expectNone(ONE);
    expect(scripted.asked).toEqual([]);
    expect(await watched.pdp.checkHealth()).toMatchObject({ usable: false });
  });

  it('is asked as soon as its discovery is in order', async () => {
    scripted.discoveryLie = lie;
    await watched.pdp.decide(ONE);
    scripted.discoveryLie = undefined;
    expect(await watched.pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
    expect(await watched.pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
  });
});

it('follows no redirect', async () => {
  scripted.lie = LIES['answers 307'];
  await expectNone(THREE);
  scripted.discoveryLie = LIES['answers 302'];
  await watched.pdp.checkHealth();
  expect(scripted.calls.map(({ path }) => path)).not.toContain('/access/v1/honest');
});

it('leaves only its own question without a decision when one element is malformed', async () => {
  scripted.decide = ({ resource }) => ({ decision: resource.id.endsWith('/b') ? 'true' : true });
  expect(await watched.pdp.decide(THREE)).toMatchObject([
    { effect: 'permit' },
    { effect: 'none' },
    { effect: 'permit' },
  ]);
  expect(watched.failures).toEqual(['malformed']);
});

it('gives no decision where nobody listens', async () => {
  await scripted.stop();
  await expectNone(THREE);
  expect(watched.failures).toEqual(['unreachable']);
  expect(await watched.pdp.checkHealth()).toEqual({ usable: false, state: 'unreachable' });
  await scripted.listen();
  expect(await watched.pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
});

it('keeps the answers that came in time when others did not', async () => {
  await watched.pdp.close();
  watched = watchedPdp(scripted.url, { batchMax: 1 });
  scripted.lie = async (response, honest, call) => {
    if (call.questions[0]?.resource.id.endsWith('/b') !== true) response.writeHead(200, honest.headers);
    if (response.headersSent) response.end(JSON.stringify(honest.body));
    await Promise.resolve();
  };
  expect(await watched.pdp.decide(THREE)).toMatchObject([
    { effect: 'permit' },
    { effect: 'none' },
    { effect: 'permit' },
  ]);
  expect(watched.failures).toEqual(['timeout']);
});

it('asks a second time where an idle connection broke, and no third time', async () => {
  await watched.pdp.decide(ONE);
  let broken = 0;
  scripted.lie = (response, { status, headers, body }) => {
    broken += 1;
    if (broken === 1) response.destroy();
    else response.writeHead(status, headers).end(JSON.stringify(body));
  };
  expect(await watched.pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
  scripted.lie = (response) => void response.destroy();
  const before = scripted.asked.length;
  await expectNone(ONE);
  expect(scripted.asked.length - before).toBe(2);
});

it('tells nothing of what it was answered', async () => {
  const told: Error[] = [];
  const { pdp } = watchedPdp(scripted.url, {}, { onFailure: (failure) => void told.push(failure) });
  for (const lie of [LIES['calls HTML JSON'], LIES['answers 500'], LIES['breaks the connection']]) {
    scripted.lie = lie;
    await pdp.decide(ONE);
  }
  expect(told.map(({ message, cause }) => [message, cause])).toEqual([
    ['malformed', undefined],
    ['status 500', undefined],
    ['unreachable', undefined],
  ]);
  await pdp.close();
});
