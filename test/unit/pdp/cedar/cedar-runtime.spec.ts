import { CedarRuntime } from '../../../../src/pdp/cedar/cedar-runtime.js';
import type { CedarCall } from '../../../../src/pdp/cedar/cedar-runtime.js';
import { instantiateCedar } from '../../../../src/pdp/cedar/cedar-wasm.js';
import type { CedarWasm } from '../../../../src/pdp/cedar/cedar-wasm.js';
import type { CompiledPolicy } from '../../../../src/pdp/cedar/compiled-policy.js';
import { PolicyChunk } from '../../../../src/pdp/cedar/policy-slice.js';
import { builtInSchema } from '../../../../src/pdp/cedar/policy-schema.js';

const SCHEMA = builtInSchema(['read']);

function policy(text: string): CompiledPolicy {
  return {
    text,
    name: text,
    scope: { principal: '*', resource: '*', actions: undefined },
    obligations: 'unknown',
    readsFacts: false,
    mentions: [],
    id: undefined,
    warnings: [],
  };
}

function permitFor(...subjects: string[]): PolicyChunk {
  return new PolicyChunk(
    subjects.map((id) => policy(`permit(principal == User::"${id}", action, resource);`)),
  );
}

function callOf(id: string): CedarCall {
  const resource = { type: 'Secret', id: 'yaml://s/a' };
  return {
    principal: { type: 'User', id },
    action: { type: 'Action', id: 'read' },
    resource,
    context: {
      ...{ issuer: '', client_id: '', audience: [], tenant_id: '', correlation_id: '' },
      resource_attributes: {},
    },
    entities: [
      { uid: { type: 'User', id }, attrs: { sub: id }, parents: [] },
      { uid: resource, attrs: { uri: '', provider: '', mount: '', path: '' }, parents: [] },
    ],
  };
}

/** A runtime, and under which names it parsed what. */
function startRuntime(policiesMax: number): {
  runtime: CedarRuntime;
  parsed: Map<string, string>;
  count: () => number;
} {
  const parsed = new Map<string, string>();
  let count = 0;
  const instantiate = (): CedarWasm => {
    const cedar = instantiateCedar();
    return {
      ...cedar,
      preparsePolicySet: (name, policies) => {
        count += 1;
        parsed.set(name, policies.staticPolicies as string);
        return cedar.preparsePolicySet(name, policies);
      },
    };
  };
  return { runtime: new CedarRuntime(instantiate, policiesMax), parsed, count: () => count };
}

describe('policies that are parsed ahead', () => {
  it('are parsed once for as long as there is room', () => {
    const { runtime, count } = startRuntime(10);
    const chunks = ['a', 'b', 'c'].map((id) => permitFor(id));
    for (let round = 0; round < 3; round += 1) {
      for (const chunk of chunks)
        expect(runtime.evaluate(chunk, SCHEMA, callOf('b'))?.allows).toBe(chunk === chunks[1]);
    }
    expect(count()).toBe(3);
  });

  it('never exceed their bound, use names again, and still answer for the right policies', () => {
    const { runtime, parsed } = startRuntime(6);
    const chunks = Array.from({ length: 40 }, (_, i) =>
      permitFor(...Array.from({ length: 1 + (i % 4) }, (_, j) => `u${i}-${j}`)),
    );
    for (let step = 0; step < 400; step += 1) {
      const i = (step * 7) % 40;
      const chunk = chunks[i] as PolicyChunk;
      const last = chunk.policies.length - 1;
      const answer = runtime.evaluate(chunk, SCHEMA, callOf(`u${i}-${last}`));
      expect(answer).toEqual({ allows: true, determining: [chunk.policies[last]], failed: [] });
      expect(runtime.evaluate(chunk, SCHEMA, callOf(`u${i + 1}-0`))?.allows).toBe(false);
      const held = [...parsed.values()].reduce((sum, text) => sum + text.split(';').length - 1, 0);
      expect(held).toBeLessThanOrEqual(6);
    }
    expect(parsed.size).toBeLessThanOrEqual(6);
  });

  it('lets go of the one that was not asked for longest', () => {
    const { runtime, count } = startRuntime(2);
    const [a, b, c] = [permitFor('a'), permitFor('b'), permitFor('c')];
    for (const chunk of [a, b, a, c, a]) runtime.evaluate(chunk, SCHEMA, callOf('a'));
    // a, b, c, and the emptying of b's name.
    expect(count()).toBe(4);
  });

  it('takes a chunk that is larger than the bound by itself', () => {
    const { runtime } = startRuntime(2);
    const large = permitFor('a', 'b', 'c', 'd');
    expect(runtime.evaluate(large, SCHEMA, callOf('d'))?.determining).toEqual([large.policies[3]]);
    expect(runtime.evaluate(permitFor('x'), SCHEMA, callOf('x'))?.allows).toBe(true);
  });

  it('are held against the schema they came with, through any number of schemas', () => {
    const { runtime } = startRuntime(10);
    const chunk = permitFor('a');
    const other = builtInSchema(['write']);
    for (let round = 0; round < 3; round += 1) {
      expect(runtime.evaluate(chunk, SCHEMA, callOf('a'))?.allows).toBe(true);
      expect(runtime.evaluate(chunk, other, callOf('a'))).toBeUndefined();
      expect(runtime.evaluate(chunk, `${SCHEMA}\n// ${round}`, callOf('a'))?.allows).toBe(true);
    }
  });

  it('name each policy by its place, beyond ten too', () => {
    const { runtime } = startRuntime(100);
    const chunk = permitFor(...Array.from({ length: 30 }, (_, i) => `u${i}`));
    for (const i of [0, 1, 9, 10, 11, 29]) {
      expect(runtime.evaluate(chunk, SCHEMA, callOf(`u${i}`))?.determining).toEqual([chunk.policies[i]]);
    }
  });
});
