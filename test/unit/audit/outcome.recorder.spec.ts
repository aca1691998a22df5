import type { RequestContext } from '../../../src/context/request-context.js';
import { toEvaluation } from '../../../src/pdp/authzen/authzen-question.js';
import { OutcomeRecorder } from '../../../src/pep/outcome.recorder.js';
import type { AuditFeed } from '../../../src/ports/audit-feed.port.js';
import type { AuditRecord, AuditTrail } from '../../../src/ports/audit-trail.port.js';
import { AUDIT_EVENTS } from '../../../src/secrets/audit-resource.js';
import type { Caller, SenderKey } from '../../../src/secrets/caller.js';
import { SecretUri } from '../../../src/secrets/secret-uri.js';
import { testConfig } from '../../support/config.js';

const caller = (senderKey: SenderKey | undefined): Caller => ({
  subject: 'alice',
  clientId: 'payments',
  tenantId: 'dev',
  token: {
    issuer: 'https://idp.example',
    audience: [],
    tokenId: undefined,
    scopes: new Set(),
    groups: [],
    roles: [],
    senderKey,
  },
});

describe('the record of a request', () => {
  const records: AuditRecord[] = [];
  const shown: string[] = [];
  const trail = { record: (record: AuditRecord) => Promise.resolve(void records.push(record)) };
  const feed = { showAddress: (_id: string, uri: string) => void shown.push(uri) };
  const recorder = (env: Record<string, string> = {}): OutcomeRecorder =>
    new OutcomeRecorder(trail as unknown as AuditTrail, feed as unknown as AuditFeed, testConfig(env));
  const context = (fields: Partial<RequestContext>): RequestContext => ({
    correlationId: 'call-1',
    traceId: null,
    startedAtMs: 0,
    operation: 'readSecretValue',
    resource: SecretUri.parse('yaml://secret/app/api#token'),
    ...fields,
  });
  beforeEach(() => {
    records.length = 0;
    shown.length = 0;
  });

  it.each([
    ['jkt', { kind: 'jkt', thumbprint: 't1' }, { jkt: 't1' }],
    ['x5t#S256', { kind: 'x5t#S256', thumbprint: 't2' }, { 'x5t#S256': 't2' }],
    ['none', undefined, null],
  ] as const)('names the key that the token is bound to: %s', async (_kind, senderKey, cnf) => {
    await recorder().recordSuccess(context({ caller: caller(senderKey) }), undefined);
    expect(records[0]?.cnf).toEqual(cnf);
  });

  it('has no key of a token that was refused', async () => {
    await recorder().recordSuccess(context({}), undefined);
    expect(records[0]).toMatchObject({ cnf: null, subject: null });
  });

  it('hands the address to those who may show it only, beside the record', async () => {
    await recorder().recordSuccess(context({}), undefined);
    expect(shown).toEqual([]);
    await recorder({ AUDIT_SHOW_URI: 'true' }).recordSuccess(context({}), undefined);
    await recorder({ AUDIT_SHOW_URI: 'true' }).recordSuccess(context({ resource: AUDIT_EVENTS }), undefined);
    expect(shown).toEqual(['yaml://secret/app/api#token']);
    expect(JSON.stringify(records)).not.toContain('app/api');
  });
});

it('asks an AuthZEN decision point about the resource audit events', () => {
  const question = {
    caller: caller(undefined),
    purpose: 'read_metadata',
    resource: AUDIT_EVENTS,
    facts: {},
    correlationId: 'c',
  } as const;
  const { resource, action } = toEvaluation(question, {
    action: 'read_metadata',
    sendsFacts: true,
    context: {},
  });
  expect(resource).toEqual({ type: 'audit', id: 'events', properties: {} });
  expect(action).toEqual({ name: 'read_metadata' });
});
