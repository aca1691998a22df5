import { toEvaluation } from '../../../../src/pdp/authzen/authzen-question.js';
import { SecretPrefix } from '../../../../src/secrets/secret-prefix.js';
import { callerOf, questionOn, settingsFor, tokenFacts, watchedPdp } from './authzen-samples.js';

const PLAIN = { action: 'read', sendsFacts: true, context: {} };

it('asks with everything that is known', () => {
  const caller = callerOf({
    token: tokenFacts({
      tokenId: 'jti-1',
      groups: ['team-a'],
      roles: ['operator'],
      senderKey: { kind: 'x5t#S256', thumbprint: 'thumb' },
    }),
  });
  const facts = { owner: 'team-a', created_by: 'bob', created_at: '2026-01-01T00:00:00Z' };
  const uri = 'openbao+kv2://secret/team%20a/app#db/pass word?version=3';
  expect(toEvaluation(questionOn(uri, { caller, facts }), { ...PLAIN, action: 'execute' })).toEqual({
    subject: {
      type: 'user',
      id: 'alice',
      properties: { client_id: 'console', tenant_id: 'dev', groups: ['team-a'], roles: ['operator'] },
    },
    action: { name: 'execute' },
    resource: {
      type: 'secret',
      id: 'openbao+kv2://secret/team%20a/app#db/pass%20word',
      properties: {
        provider: 'openbao+kv2',
        mount: 'secret',
        path: 'team%20a/app',
        fragment: 'db/pass%20word',
        ...facts,
      },
    },
    context: {
      issuer: 'https://idp.example',
      client_id: 'console',
      audience: ['crud.secrets'],
      tenant_id: 'dev',
      correlation_id: 'correlation-1',
      token_jti: 'jti-1',
      cnf: { 'x5t#S256': 'thumb' },
      version: 3,
      resource_attributes: facts,
    },
  });
});

it('leaves out what is not known', () => {
  const caller = callerOf({ subject: 'anonymous', clientId: undefined, token: undefined });
  expect(toEvaluation(questionOn('yaml://secret/a', { caller }), PLAIN)).toEqual({
    subject: { type: 'user', id: 'anonymous', properties: { client_id: '', tenant_id: 'dev' } },
    action: { name: 'read' },
    resource: {
      type: 'secret',
      id: 'yaml://secret/a',
      properties: { provider: 'yaml', mount: 'secret', path: 'a' },
    },
    context: {
      issuer: '',
      client_id: '',
      audience: [],
      tenant_id: 'dev',
      correlation_id: 'correlation-1',
      resource_attributes: {},
    },
  });
});

it('calls a subject that is its own client a client', () => {
  const caller = callerOf({ subject: 'ci', clientId: 'ci' });
  expect(toEvaluation(questionOn('yaml://secret/a', { caller }), PLAIN).subject).toMatchObject({
    type: 'client',
    id: 'ci',
  });
});

it.each([
  ['yaml://secret/app/', 'yaml://secret/app/', 'app/'],
  ['yaml://secret/app', 'yaml://secret/app/', 'app/'],
  ['yaml://secret/', 'yaml://secret/', ''],
])('asks for the prefix %s with its slash', (text, id, path) => {
  const resource = SecretPrefix.parse(text);
  expect(toEvaluation(questionOn('yaml://x/y', { resource }), PLAIN).resource).toEqual({
    type: 'secret',
    id,
    properties: { provider: 'yaml', mount: 'secret', path },
  });
});

it('does not pass facts on that are not asked for', () => {
  const question = questionOn('openbao+kv2://secret/a', { facts: { owner: 'x' } });
  const { resource, context } = toEvaluation(question, { ...PLAIN, sendsFacts: false });
  expect(resource.properties).not.toHaveProperty('owner');
  expect(context['resource_attributes']).toEqual({});
});

it('adds the configured context below its own', () => {
  const context = { 'cerbos.includeMeta': true, tenant_id: 'forged', stage: { name: 'blue' } };
  expect(toEvaluation(questionOn('yaml://secret/a'), { ...PLAIN, context }).context).toMatchObject({
    'cerbos.includeMeta': true,
    tenant_id: 'dev',
    stage: { name: 'blue' },
  });
});

it('needs facts of KV v2 secrets only, and only where they are sent', () => {
  const questions = [
    questionOn('openbao+kv2://secret/a'),
    questionOn('hashicorp+kv2://secret/a#key'),
    questionOn('yaml://secret/a'),
    questionOn('yaml://x/y', { resource: SecretPrefix.parse('openbao+kv2://secret/a/') }),
  ];
  const { url } = settingsFor('http://127.0.0.1:1');
  expect(watchedPdp(url).pdp.needsFacts(questions)).toEqual([true, true, false, false]);
  expect(watchedPdp(url, { resourceAttributes: false }).pdp.needsFacts(questions)).toEqual(
    questions.map(() => false),
  );
});
