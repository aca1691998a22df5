import { ERROR_CATALOGUE, SecretError } from '../../../src/secrets/secret.errors.js';
import type { ErrorCode } from '../../../src/secrets/secret.errors.js';

/** Section 3 of the contract; 405, 408 and 431 are HTTP's own, 500 is a fault of the service. */
const STATUSES = [400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 431, 500, 501, 502, 503, 504];

/** The codes that the contract names together with their status. */
const BY_CONTRACT: Partial<Record<ErrorCode, number>> = {
  UNSUPPORTED_PROVIDER: 400,
  UNSUPPORTED_ENGINE: 400,
  ILLEGAL_SEGMENT: 400,
  INVALID_WILDCARD: 400,
  AMBIGUOUS_QUERY: 400,
  INVALID_URI: 400,
  VERSION_NOT_ALLOWED: 400,
  FRAGMENT_NOT_ALLOWED: 400,
  TENANT_MOUNT_MISMATCH: 400,
  INVALID_REQUEST: 400,
  OBJECT_REQUIRED: 400,
  NULL_VALUE: 400,
  NUMBER_PRECISION: 400,
  VALUE_TOO_COMPLEX: 400,
  VERSIONS_REQUIRED: 400,
  INVALID_VERSION: 400,
  SECRET_AUTHZ_FAILED: 403,
  PROVIDER_READ_ONLY: 403,
  SECRET_NOT_FOUND: 404,
  FRAGMENT_NOT_FOUND: 404,
  SECRET_DELETED: 404,
  VERSION_NOT_FOUND: 404,
  VERSION_DELETED: 409,
  VERSION_DESTROYED: 409,
  WRITE_CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  NOT_SUPPORTED: 501,
  PROVIDER_NOT_CONFIGURED: 501,
  PROVIDER_DENIED: 502,
  PROVIDER_ERROR: 502,
  OUTCOME_UNKNOWN: 502,
  PDP_UNAVAILABLE: 503,
  STATE_UNAVAILABLE: 503,
  PROVIDER_UNAVAILABLE: 503,
  PROVIDER_OVERLOADED: 503,
  OVERLOADED: 503,
  PROVIDER_TIMEOUT: 504,
};

const entries = Object.entries(ERROR_CATALOGUE);

describe('the catalogue of errors', () => {
  it.each(Object.entries(BY_CONTRACT))('answers %s with %d', (code, status) => {
    expect(ERROR_CATALOGUE[code as ErrorCode].status).toBe(status);
  });

  it('has upper-case codes, known statuses, a title without a full stop and a whole sentence', () => {
    expect(entries.filter(([code]) => !/^[A-Z]+(?:_[A-Z]+)*$/.test(code))).toEqual([]);
    expect(entries.filter(([, { status }]) => !STATUSES.includes(status))).toEqual([]);
    expect(entries.filter(([, { title }]) => !/^[A-Z].{2,40}[^.\s]$/.test(title))).toEqual([]);
    expect(entries.filter(([, { description }]) => !/^\S.{10,}\.$/.test(description))).toEqual([]);
  });

  it('tells no two codes by the same title', () => {
    const titles = entries.map(([, { title }]) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });
});

describe('SecretError', () => {
  it.each(entries)('%s carries its code, status and description', (code, { status, description }) => {
    const error = new SecretError(code as ErrorCode);
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, status: error.status, name: error.name }).toEqual({
      code,
      status,
      detail: description,
      facts: {},
      name: 'SecretError',
    });
    expect(error.message).toBe(`${code}: ${description}`);
  });

  it('takes a detail, facts and a cause of its own', () => {
    const cause = new Error('connection reset');
    const error = new SecretError('PROVIDER_UNAVAILABLE', 'No leader.', { retryAfterSeconds: 2 }, { cause });
    expect(error.message).toBe('PROVIDER_UNAVAILABLE: No leader.');
    expect(error.detail).toBe('No leader.');
    expect(error.facts).toEqual({ retryAfterSeconds: 2 });
    expect(error.cause).toBe(cause);
  });
});
