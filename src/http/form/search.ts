import type { PageRequest } from '../../application/listing.service.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { PAGE_PARAMETERS, parsePage } from './page.js';
import type { RequestForm } from './request-form.js';

export const SEARCH_PARAMETERS = ['q', ...PAGE_PARAMETERS] as const;
const MAX_TEXT_LENGTH = 256;

export interface SearchInput {
  /** 1 to 256 UTF-16 code units. */
  readonly text: string;
  readonly page: PageRequest;
}

/** @throws SecretError INVALID_REQUEST */
export function readSearch({ query }: RequestForm): SearchInput {
  const text = query.get('q') ?? '';
  if (text === '' || text.length > MAX_TEXT_LENGTH) {
    throw new SecretError('INVALID_REQUEST', `"q" is a text of 1 to ${MAX_TEXT_LENGTH} characters.`);
  }
  return { text, page: parsePage(query) };
}
