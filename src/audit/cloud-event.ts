import type { AuditRecord } from '../ports/audit-trail.port.js';

/** CloudEvents 1.0.2, JSON format. Names of attributes have no underscore there, so all else of the record stays in `data`. */
export function toCloudEvent(data: AuditRecord): object {
  const { id, time, event, tenant_id, resource_ref } = data;
  return {
    specversion: '1.0',
    id,
    source: `urn:secrets-api:${encodeURIComponent(tenant_id)}`,
    type: `secrets-api.${event}`,
    time,
    ...(resource_ref !== null && { subject: resource_ref }),
    datacontenttype: 'application/json',
    data,
  };
}
