import { many, ONE, useScriptedPdp } from './authzen-samples.js';

const asking = useScriptedPdp();

describe('the id of a decision', () => {
  const OWN = /^authzen-[0-9a-f-]{36}$/;

  async function idFor(context: unknown, decision = true): Promise<string> {
    asking.scripted.decide = () => ({ decision, context });
    const [answer] = await asking.open().pdp.decide(ONE);
    return answer !== undefined && 'decisionId' in answer ? answer.decisionId : '';
  }

  it.each([
    ['its decision_id', { decision_id: 'd-1', id: 'other' }, 'd-1'],
    ['its id', { id: '0' }, '0'],
    ['its id where decision_id is none', { decision_id: 7, id: 'd-2' }, 'd-2'],
  ])("is the decision point's own: %s", async (_, context, id) => {
    expect(await idFor(context)).toBe(id);
    expect(await idFor(context, false)).toBe(id);
  });

  it.each([
    ['there is none', {}],
    ['there is no context', undefined],
    ['the context is null', null],
    ['it is empty', { id: '' }],
    ['it is long', { id: 'x'.repeat(129) }],
    ['it cannot be printed', { id: 'a\nb' }],
    ['it is beyond ASCII', { id: 'ä' }],
    ['it is an address', { id: 'openbao+kv2://secret/a' }],
  ])('is our own where %s', async (_, context) => {
    expect(await idFor(context)).toMatch(OWN);
  });

  it('is another for each decision', async () => {
    const ids = (await asking.open().pdp.decide(many(9))).map(
      (decision) => 'decisionId' in decision && decision.decisionId,
    );
    expect(new Set(ids).size).toBe(9);
  });
});

describe('obligations', () => {
  const GRANT = [{ id: 'o', type: 'grant', properties: { ttl_seconds: 60, max_uses: 3 } }];
  const cerbos = (results: unknown): unknown => ({ 'cerbos.response': { results } });
  const resultOn = (id: string, outputs: unknown, more: object = {}): object => ({
    resource: { id, kind: 'secret' },
    outputs,
    ...more,
  });
  const output = (val: unknown, action = 'read'): object => ({
    action,
    src: 'resource.secret.vdefault#r',
    val,
  });
  const A = 'yaml://secret/a';

  it.each([
    ['the documented form', { obligations: GRANT }, 60, 3],
    ['outputs of Cerbos', cerbos([resultOn(A, [output(GRANT[0])])]), 60, 3],
    ['a list as output', cerbos([resultOn(A, [output(GRANT)])]), 60, 3],
    ['bounds as output', cerbos([resultOn(A, [output({ max_uses: 1 })])]), undefined, 1],
    [
      'several outputs',
      cerbos([resultOn(A, [output({ max_uses: 5 }), output({ max_uses: 2 })])]),
      undefined,
      2,
    ],
    ['both', { obligations: { max_uses: 9 }, ...(cerbos([resultOn(A, [output(GRANT)])]) as object) }, 60, 3],
    [
      'no outputs',
      cerbos([{ resource: { id: A }, actions: { read: 'EFFECT_ALLOW' } }]),
      undefined,
      undefined,
    ],
    [
      'outputs for others',
      cerbos([
        resultOn('yaml://secret/b', [output({ max_uses: 1 })]),
        resultOn(A, [output({ max_uses: 2 }, 'write'), output({ max_uses: 7 })]),
        resultOn(A, [output({ max_uses: 3 })], { resource: { id: A, kind: 'audit' } }),
      ]),
      undefined,
      7,
    ],
    ['an output without its action', cerbos([resultOn(A, [{ val: { max_uses: 4 } }])]), undefined, 4],
  ])('bind a permit: %s', async (_, context, ttlSeconds, maxUses) => {
    asking.scripted.decide = () => ({ decision: true, context });
    expect(await asking.open().pdp.decide(ONE)).toMatchObject([
      { effect: 'permit', bounds: { ttlSeconds, maxUses } },
    ]);
  });

  it.each([
    ['of another kind', { obligations: [{ type: 'notify' }] }],
    ['that are null', { obligations: null }],
    ['that are text', { obligations: 'max_uses=1' }],
    ['of Cerbos that are text', cerbos([resultOn(A, [output('granted')])])],
    ['of Cerbos that failed', cerbos([resultOn(A, [{ action: 'read', error: 'no such key' }])])],
    [
      'of Cerbos that failed and have a value',
      cerbos([resultOn(A, [{ action: 'read', error: 'x', val: { max_uses: 1 } }])]),
    ],
    ['of Cerbos without a value', cerbos([resultOn(A, [{ action: 'read' }])])],
    ['of Cerbos that are no list', cerbos([resultOn(A, { val: { max_uses: 1 } })])],
    ['of Cerbos that are no objects', cerbos([resultOn(A, ['x'])])],
    ['of Cerbos in no results', cerbos(null)],
    ['of Cerbos on other resources only', cerbos([resultOn('yaml://secret/b', [])])],
    ['of Cerbos in another form', { 'cerbos.response': 'ok' }],
  ])('make it a deny: those %s', async (_, context) => {
    asking.scripted.decide = () => ({ decision: true, context: { id: 'd-1', ...(context as object) } });
    expect(await asking.open().pdp.decide(ONE)).toEqual([
      { effect: 'unknown-obligation', decisionId: 'd-1' },
    ]);
  });

  it('do not matter to a deny', async () => {
    asking.scripted.decide = () => ({
      decision: false,
      context: { id: 'd-1', obligations: 'x', error: { status: 404 } },
    });
    expect(await asking.open().pdp.decide(ONE)).toEqual([{ effect: 'deny', decisionId: 'd-1' }]);
  });
});
