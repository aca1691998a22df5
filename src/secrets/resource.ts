import type { AuditResource } from './audit-resource.js';
import type { SecretPrefix } from './secret-prefix.js';
import type { SecretUri } from './secret-uri.js';

/** All that a policy can be asked about. */
export type Resource = SecretUri | SecretPrefix | AuditResource;
