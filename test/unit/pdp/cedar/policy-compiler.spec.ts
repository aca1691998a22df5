import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicies } from '../../../../src/pdp/cedar/compiled-policy.js';
import { PolicyCompiler } from '../../../../src/pdp/cedar/policy-compiler.js';
import type { PolicyFile } from '../../../../src/pdp/cedar/policy-folder.js';

const ACTIONS = ['read', 'write'];

/** Compiles with what was compiled before, and tells which texts Cedar was given. */
function compile(
  texts: Readonly<Record<string, string>>,
  earlier?: CompiledPolicies,
  schema?: PolicyFile,
): { set: CompiledPolicies; parsed: string[]; validated: string[] } {
  const parsed: string[] = [];
  const validated: string[] = [];
  const watched: typeof cedar = {
    ...cedar,
    policyToJson: (policy) => {
      parsed.push(policy as string);
      return cedar.policyToJson(policy);
    },
    validate: (call) => {
      validated.push(...Object.values(call.policies.staticPolicies as Record<string, string>));
      return cedar.validate(call);
    },
  };
  const policies = Object.entries(texts).map(([name, text]) => ({ name, text }));
  const set = new PolicyCompiler(watched, ACTIONS, earlier).compile({ policies, schema });
  return { set, parsed, validated };
}

const A = 'permit(principal == User::"a", action, resource);';
const B = '@notify("x") permit(principal == User::"b", action, resource);';
const TEAM = 'permit(principal, action, resource) when { Team::"x" == Team::"x" };';
const teams = { name: 'schema.cedarschema', text: 'entity Team;' };

describe('compiling a set after another one', () => {
  it('gives Cedar only what is new', () => {
    const first = compile({ 'a.cedar': `${A}\n${B}` });
    expect(first.parsed).toEqual([A, B]);
    expect(first.validated).toEqual([A, B]);
    const added = 'forbid(principal, action == Action::"write", resource);';
    const second = compile({ 'a.cedar': `// moved\n\n${B}\n${added}` }, first.set);
    expect(second.parsed).toEqual([added]);
    expect(second.validated).toEqual([added]);
  });

  it('makes of it what it would be made of alone', () => {
    const first = compile({ 'a.cedar': `${A}\n${B}` }).set;
    const texts = { 'a.cedar': B, 'b.cedar': `\n\n${A} @ttl_seconds("4") ${A}` };
    expect(compile(texts, first).set).toEqual(compile(texts).set);
    expect(compile(texts, first).set.policies.map(({ name, warnings }) => [name, warnings.length])).toEqual([
      ['a.cedar:1: policy number 1', 1],
      ['b.cedar:3: policy number 1', 0],
      ['b.cedar:3: policy number 2', 0],
    ]);
  });

  it('holds everything against another schema anew', () => {
    const first = compile({ 'a.cedar': `${A}\n${TEAM}` }, undefined, teams).set;
    expect(compile({ 'a.cedar': TEAM }, first, teams).validated).toEqual([]);
    expect(() => compile({ 'a.cedar': TEAM }, first)).toThrow(
      'a.cedar:1: policy number 1: unrecognized entity type',
    );
    const wider = { ...teams, text: `${teams.text} entity Crew;` };
    expect(compile({ 'a.cedar': `${A}\n${TEAM}` }, first, wider).validated).toEqual([A, TEAM]);
  });

  it('finds an @id that is taken twice among new and old', () => {
    const first = compile({ 'a.cedar': `@id("x") ${A}` }).set;
    expect(() => compile({ 'a.cedar': `@id("x") ${A}`, 'b.cedar': `@id("x") ${B}` }, first)).toThrow(
      'b.cedar:1: policy "x": the @id is taken already (a.cedar:1)',
    );
    expect(() => compile({ 'a.cedar': `@id("x") ${A} @id("x") ${A}` }, first)).toThrow('taken already');
  });
});
