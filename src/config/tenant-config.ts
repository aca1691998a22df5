import type { AppConfig } from './app-config.js';
import type { ConfigValues, Problems } from './variable-reader.js';

type Tenants = Pick<AppConfig['tenant'], 'id' | 'allowedMounts' | 'mountsByTenant'>;

/** Which mounts each tenant may use: a plain list is that of TENANT_ID. */
export function readTenants(values: ConfigValues, problems: Problems): Tenants {
  const { TENANT_ID: id, TENANT_ALLOWED_MOUNTS: mounts } = values;
  const mountsByTenant = isList(mounts) ? new Map([[id, mounts]]) : mounts;
  const allowedMounts = mountsByTenant.get(id) ?? [];
  if (allowedMounts.length === 0 && values.TENANT_CLAIM === undefined) {
    problems.set(
      'TENANT_ALLOWED_MOUNTS',
      'TENANT_ALLOWED_MOUNTS has no mounts for TENANT_ID, and TENANT_CLAIM is not set; allowed: mounts of TENANT_ID among the others, or a TENANT_CLAIM',
    );
  }
  return { id, allowedMounts, mountsByTenant };
}

function isList(mounts: ConfigValues['TENANT_ALLOWED_MOUNTS']): mounts is readonly string[] {
  return Array.isArray(mounts);
}
