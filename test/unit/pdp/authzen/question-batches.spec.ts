import fc from 'fast-check';
import type { Evaluation } from '../../../../src/pdp/authzen/authzen-question.js';
import { planBatches } from '../../../../src/pdp/authzen/question-batches.js';

function evaluation(changes: {
  id?: string;
  owner?: string;
  action?: string;
  subject?: string;
  group?: string;
  version?: number;
}): Evaluation {
  const {
    id = 'yaml://secret/a',
    owner = 'alice',
    action = 'read',
    subject = 'alice',
    group = 'g',
    version = 1,
  } = changes;
  return {
    subject: { type: 'user', id: subject, properties: { groups: [group] } },
    action: { name: action },
    resource: { type: 'secret', id, properties: { owner } },
    context: { version },
  };
}

function sizes(questions: Evaluation[], batchMax: number): number[] {
  return planBatches(questions, batchMax).map(({ length }) => length);
}

const times = (count: number, make: (index: number) => Evaluation): Evaluation[] =>
  Array.from({ length: count }, (_, index) => make(index));

it('cuts at the maximum', () => {
  const questions = times(120, (index) => evaluation({ id: `yaml://secret/${index}` }));
  expect(sizes(questions, 50)).toEqual([50, 50, 20]);
  expect(sizes(questions, 1)).toEqual(times(120, () => evaluation({})).map(() => 1));
  expect(sizes([], 50)).toEqual([]);
});

it('asks for several actions on one resource at once', () => {
  expect(
    sizes(
      ['read', 'write', 'delete'].map((action) => evaluation({ action })),
      50,
    ),
  ).toEqual([3]);
});

it('keeps a resource apart from itself where anything but the action differs', () => {
  const first = evaluation({});
  expect(sizes([first, evaluation({ owner: 'bob' })], 50)).toEqual([1, 1]);
  expect(sizes([first, evaluation({ version: 2 })], 50)).toEqual([1, 1]);
  expect(sizes([first, evaluation({ subject: 'bob' })], 50)).toEqual([1, 1]);
});

it('keeps a subject apart from itself where its properties differ', () => {
  expect(sizes([evaluation({}), evaluation({ id: 'yaml://secret/b', group: 'h' })], 50)).toEqual([1, 1]);
  expect(sizes([evaluation({}), evaluation({ id: 'yaml://secret/b', subject: 'bob' })], 50)).toEqual([2]);
});

it('needs as few batches as there are variants', () => {
  const questions = times(60, (index) =>
    evaluation({ id: `yaml://secret/${index % 30}`, owner: `${index < 30}` }),
  );
  expect(sizes(questions, 50)).toEqual([30, 30]);
});

it('holds for whatever is asked', () => {
  const any = fc.record({
    id: fc.constantFrom('yaml://secret/a', 'yaml://secret/b', 'yaml://secret/c'),
    owner: fc.constantFrom('alice', 'bob'),
    action: fc.constantFrom('read', 'write'),
    subject: fc.constantFrom('alice', 'bob'),
    group: fc.constantFrom('g', 'h'),
    version: fc.constantFrom(1, 2),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (all, batchMax) => {
      const questions = all.map(evaluation);
      const batches = planBatches(questions, batchMax);
      expect(
        batches
          .flat()
          .map(({ index }) => index)
          .sort((a, b) => a - b),
      ).toEqual([...questions.keys()]);
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(batchMax);
        for (const { index, evaluation } of batch) expect(evaluation).toBe(questions[index]);
        const contents = new Set(
          batch.map(({ evaluation: { subject, resource, context } }) =>
            JSON.stringify([resource.id, resource, subject.id, context]),
          ),
        );
        const resources = new Set(batch.map(({ evaluation: { resource } }) => resource.id));
        expect(contents.size).toBe(resources.size);
        const subjects = new Set(batch.map(({ evaluation: { subject } }) => subject.id));
        expect(new Set(batch.map(({ evaluation: { subject } }) => JSON.stringify(subject))).size).toBe(
          subjects.size,
        );
      }
    }),
  );
});
