import { messagesOf } from '../../../src/audit/kafka/kafka-message.js';
import { PURPOSES } from '../../../src/secrets/operations.js';
import { auditRecord } from './audit-records.js';

const topicsOf = (fields: Parameters<typeof auditRecord>[0]): readonly string[] =>
  messagesOf(auditRecord(fields), 'native').map(({ topic }) => topic);

describe('the messages of a record', () => {
  it.each(PURPOSES)('a permitted %s goes to the trail, and to the changes where it is one', (purpose) => {
    const isChange = purpose !== 'read' && purpose !== 'read_metadata';
    expect(topicsOf({ purpose })).toEqual(['crud.secrets.audit', ...(isChange ? ['crud.secrets'] : [])]);
  });

  it.each([
    { effect: 'deny', code: 'SECRET_AUTHZ_FAILED' },
    { effect: 'error', code: 'PDP_UNAVAILABLE' },
    { effect: 'permit', code: 'OUTCOME_UNKNOWN' },
    { effect: 'permit', purpose: null },
  ] as const)('what did not happen for certain is no change: %j', (fields) => {
    expect(topicsOf({ purpose: 'write', ...fields })).toEqual(['crud.secrets.audit']);
  });

  it('is kept in order by the secret, or else by the tenant', () => {
    const keyOf = (fields: Parameters<typeof auditRecord>[0]): string | undefined =>
      messagesOf(auditRecord(fields), 'native')[0]?.key.toString();
    expect(keyOf({})).toBe('A'.repeat(43));
    expect(keyOf({ resource_ref: null, tenant_id: 'acme' })).toBe('acme');
  });

  it('is the record, or a CloudEvent around it, and says which', () => {
    const record = auditRecord({ purpose: 'rotate' });
    const bodies = (['native', 'cloudevents'] as const).map((format) => {
      const [message] = messagesOf(record, format);
      const headers = [...(message?.headers ?? [])].map(
        ([name, value]) => `${name.toString()}: ${value.toString()}`,
      );
      return [headers, JSON.parse(message?.value.toString() ?? '') as unknown];
    });
    expect(bodies).toEqual([
      [['content-type: application/json'], record],
      [
        ['content-type: application/cloudevents+json; charset=UTF-8'],
        {
          specversion: '1.0',
          id: record.id,
          source: 'urn:secrets-api:dev',
          type: `secrets-api.${record.event}`,
          time: record.time,
          subject: record.resource_ref,
          datacontenttype: 'application/json',
          data: record,
        },
      ],
    ]);
  });
});
