import { DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readServiceVersion } from '../../observability/service-version.js';
import { AUDIT_SCHEMAS } from './audit.schemas.js';
import { documentedCodes } from './operation-problems.js';
import { RESPONSE_HEADERS } from './header-components.js';
import { LISTING_SCHEMAS } from './listing.schemas.js';
import { BULK_SCHEMAS } from './bulk.schemas.js';
import { TRANSFER_SCHEMAS } from './transfer.schemas.js';
import { PROBLEM_SCHEMAS, problemExamples } from './problem.schemas.js';
import { SECRET_SCHEMAS } from './secret.schemas.js';
import { SERVICE_SCHEMAS } from './service.schemas.js';
import { VERSION_SCHEMAS } from './versions.schemas.js';

const OPENAPI_VERSION = '3.0.3';

const DESCRIPTION = `One front door for secrets in OpenBao, HashiCorp Vault and, for development, a YAML file.

**Addresses.** A secret has one canonical address, \`<scheme>://<mount>/<path>\`, with \`#<key>\` for one of its keys and
\`?version=<n>\` for one of its versions. Schemes are \`yaml\`, \`openbao+kv2\` and \`hashicorp+kv2\`. In a query the address
goes percent-encoded. Addresses are refused and never repaired.

**Strictness.** A query parameter or body field that the operation does not know, or that is given twice, is 400.

**Errors.** Each is a problem document (RFC 9457) with a stable \`code\`. Beside those listed at the operations: an unknown
path is 404 \`ROUTE_NOT_FOUND\`, an unknown method of a path 405 \`METHOD_NOT_ALLOWED\` with the known ones in \`Allow\`.
\`OPTIONS\` is one of those: there is no CORS.

**Answers** about secrets are never to be stored (\`Cache-Control: no-store\`), and each carries \`X-Correlation-Id\`.`;

const BEARER = `A JWT access token of the identity provider that the service is configured for. Where the service does not
demand one, a caller without it is \`anonymous\`; one that is sent and cannot be verified is 401 and never ignored.`;

/** Everything of the document but its paths. */
export function describeHead(): Omit<OpenAPIObject, 'paths'> {
  const head = new DocumentBuilder()
    .setOpenAPIVersion(OPENAPI_VERSION)
    .setTitle('Secrets API')
    .setDescription(DESCRIPTION)
    .setVersion(readServiceVersion())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    // The first one is the default of generated clients.
    .addServer('http://127.0.0.1:9100', 'A service started with its defaults')
    .addServer('/', 'The host that serves this document')
    .addTag('Secrets', 'Writing, reading, rotating and deleting one secret or one key of it.')
    .addTag('Metadata', 'What is kept about secrets beside their values: names, keys, versions and owners.')
    .addTag('Audit', 'What happened, for development.')
    .addTag('Service', 'The state of the service itself.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: BEARER }, 'bearer')
    .build();
  const { contact: _none, ...info } = head.info;
  return {
    ...head,
    info,
    security: [{}, { bearer: [] }],
    components: { ...head.components, ...componentsOf() },
  };
}

function componentsOf(): NonNullable<OpenAPIObject['components']> {
  return {
    schemas: {
      ...SECRET_SCHEMAS,
      ...LISTING_SCHEMAS,
      ...TRANSFER_SCHEMAS,
      ...BULK_SCHEMAS,
      ...VERSION_SCHEMAS,
      ...AUDIT_SCHEMAS,
      ...SERVICE_SCHEMAS,
      ...PROBLEM_SCHEMAS,
    },
    headers: { ...RESPONSE_HEADERS },
    examples: problemExamples(documentedCodes()),
  };
}
