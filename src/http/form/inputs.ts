import type { PageRequest } from '../../application/listing.service.js';
import type { Resource } from '../../secrets/resource.js';
import { SecretError } from '../../secrets/secret.errors.js';
import type { SecretChange } from '../../secrets/secret-change.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import { changeFor } from '../../secrets/secret-value.js';
import type { OwnerDto } from '../dto/owner.dto.js';
import type { VersionsDto } from '../dto/versions.dto.js';
import type { RotateSecretDto, WriteSecretDto } from '../dto/write-secret.dto.js';
import { parsePage } from './page.js';
import type { RequestForm } from './request-form.js';

/** How the form of each route becomes what its handler works with. What is thrown here is a 400. */

export function readWrite({ body }: RequestForm, resource: Resource): SecretChange {
  return changeFor(secretOf(resource), (body as WriteSecretDto).value.open(), false);
}

export function readRotation({ body }: RequestForm, resource: Resource): SecretChange {
  const { value, createIfMissing } = body as RotateSecretDto;
  return changeFor(secretOf(resource), value.open(), createIfMissing !== true);
}

/** @throws SecretError INVALID_REQUEST */
export function readDestroy({ query }: RequestForm): boolean {
  const destroy = query.get('destroy') ?? 'false';
  if (destroy !== 'true' && destroy !== 'false') {
    throw new SecretError('INVALID_REQUEST', '"destroy" is true or false.');
  }
  return destroy === 'true';
}

export function readPage({ query }: RequestForm): PageRequest {
  return parsePage(query);
}

export function readVersions({ body }: RequestForm): readonly number[] {
  return (body as VersionsDto).versions;
}

export function readOwner({ body }: RequestForm): string {
  return (body as OwnerDto).owner;
}

function secretOf(resource: Resource): SecretUri {
  if (resource instanceof SecretUri) return resource;
  throw new Error('the operation is declared on something that is no secret');
}
