import type { Resource } from '../../secrets/resource.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import type { TransferDto } from '../dto/transfer.dto.js';
import type { RequestForm } from './request-form.js';

/** Whether a copy or move may write over its destination. @throws SecretError INVALID_REQUEST where the two do not fit */
export function readOverwrite({ body }: RequestForm, from: Resource, to: Resource | undefined): boolean {
  if (!(from instanceof SecretUri) || !(to instanceof SecretUri))
    throw new Error('a transfer has two addresses');
  if (from.canonical === to.canonical) {
    throw new SecretError('INVALID_REQUEST', 'Source and destination are the same.');
  }
  if ((from.fragment === undefined) !== (to.fragment === undefined)) {
    throw new SecretError('INVALID_REQUEST', 'A key goes to a key, and a whole secret to a whole secret.');
  }
  return (body as TransferDto).overwrite === true;
}
