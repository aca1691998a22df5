import { readAnswer } from '../../../../src/providers/kv2/kv2.answer.js';
import { failureOfAnswer, failureOfTransport } from '../../../../src/providers/kv2/kv2.failures.js';
import { TransportFault } from '../../../../src/providers/kv2/transport-fault.js';
import type { TransportFaultKind } from '../../../../src/providers/kv2/transport-fault.js';

const errors = (text: string): string => JSON.stringify({ errors: [text] });

describe('what the store answered becomes', () => {
  it.each([
    [400, '', 'ILLEGAL_SEGMENT', 'none'],
    [
      400,
      errors('refused JSON input due to high complexity: exceeded maximum number of strings'),
      'VALUE_TOO_COMPLEX',
      'none',
    ],
    [
      400,
      errors('failed to parse JSON input: JSON input exceeds allowed nesting depth'),
      'VALUE_TOO_COMPLEX',
      'none',
    ],
    [
      400,
      errors('1 error occurred:\n\t* custom_metadata validation failed: too long'),
      'VALUE_TOO_COMPLEX',
      'none',
    ],
    [
      400,
      errors('Upgrading from non-versioned to versioned data. This backend will be unavailable'),
      'PROVIDER_UNAVAILABLE',
      'none',
    ],
    [400, errors('something new'), 'PROVIDER_ERROR', 'none'],
    [400, '<html>', 'PROVIDER_ERROR', 'none'],
    [403, errors('permission denied'), 'PROVIDER_DENIED', 'none'],
    [404, '<html>', 'PROVIDER_ERROR', 'none'],
    [413, errors('http: request body too large'), 'BODY_TOO_LARGE', 'none'],
    [429, errors('request path "x": rate limit quota exceeded'), 'PROVIDER_OVERLOADED', 'none'],
    [500, errors('put failed due to value being too large; max: 1048576'), 'BODY_TOO_LARGE', 'none'],
    [500, errors('local node not active but active cluster node not found'), 'PROVIDER_UNAVAILABLE', 'none'],
    [500, errors('internal error'), 'PROVIDER_ERROR', 'possible'],
    [502, '<html>', 'PROVIDER_ERROR', 'possible'],
    [503, errors('Vault is sealed'), 'PROVIDER_UNAVAILABLE', 'none'],
    [503, '<html>', 'PROVIDER_UNAVAILABLE', 'possible'],
    [504, '', 'PROVIDER_ERROR', 'possible'],
    [200, '<html>', 'PROVIDER_ERROR', 'possible'],
    [200, '{"data":{"data":{"a":1', 'PROVIDER_ERROR', 'possible'],
    [307, '', 'PROVIDER_ERROR', 'none'],
    [418, '', 'PROVIDER_ERROR', 'none'],
  ])('%i %s: %s', (status, text, code, effect) => {
    expect(failureOfAnswer(readAnswer({ status, headers: {}, text }))).toMatchObject({ code, effect });
  });

  it('a failure that says when to come back', () => {
    const overloaded = readAnswer({ status: 429, headers: { 'retry-after': '7' }, text: '' });
    expect(failureOfAnswer(overloaded).facts).toEqual({ retryAfterSeconds: 7, storeRetryAfterSeconds: 7 });
    const sealed = readAnswer({ status: 503, headers: {}, text: errors('Vault is sealed') });
    expect(failureOfAnswer(sealed).facts).toEqual({ retryAfterSeconds: 1 });
    expect(failureOfAnswer(readAnswer({ status: 500, headers: {}, text: '' })).facts).toEqual({});
  });

  it('a failure without a word of the store', () => {
    const secretive = readAnswer({
      status: 500,
      headers: {},
      text: errors('secret/data/app/api of s.token'),
    });
    const failure = failureOfAnswer(secretive);
    expect(`${failure.message} ${failure.detail} ${JSON.stringify(failure)}`).not.toMatch(/app|s\.token/);
  });
});

describe('no answer becomes', () => {
  it.each<[TransportFaultKind, string, string]>([
    ['unreachable', 'PROVIDER_UNAVAILABLE', 'none'],
    ['never-sent', 'PROVIDER_TIMEOUT', 'none'],
    ['lost', 'PROVIDER_UNAVAILABLE', 'possible'],
    ['silent', 'PROVIDER_TIMEOUT', 'possible'],
    ['garbled', 'PROVIDER_ERROR', 'possible'],
    ['oversized', 'PROVIDER_ERROR', 'possible'],
  ])('%s: %s', (kind, code, effect) => {
    expect(failureOfTransport(new TransportFault(kind))).toMatchObject({ code, effect });
  });

  it('nothing else: a fault of our own passes as it is', () => {
    const fault = new RangeError('ours');
    expect(() => failureOfTransport(fault)).toThrow(fault);
  });
});
