import {
  AuthenticationError,
  MultipleErrors,
  NetworkError,
  ResponseError,
  UserError,
} from '@platformatic/kafka';
import { describeKafkaFailure, isRefusal } from '../../../src/audit/kafka/kafka-failure.js';

const PRODUCE = 0;
/** Codes of the protocol. */
const MESSAGE_TOO_LARGE = 10;
const NOT_LEADER_OR_FOLLOWER = 6;
const TOPIC_AUTHORIZATION_FAILED = 29;
const SASL_AUTHENTICATION_FAILED = 58;
const answered = (code: number): Error =>
  new ResponseError(PRODUCE, 11, { '/x': [code, 'secret words'] }, {});
const connecting = (cause: Error): Error =>
  new MultipleErrors('Cannot connect to any broker.', [
    new NetworkError('Connection to kafka.internal:9092 failed.', { cause }),
  ]);
const system = (code: string): Error => Object.assign(new Error('connect 10.0.0.1'), { code });

describe('why Kafka takes no records', () => {
  it.each([
    [connecting(system('ECONNREFUSED')), 'ECONNREFUSED'],
    [connecting(system('DEPTH_ZERO_SELF_SIGNED_CERT')), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [
      connecting(new AuthenticationError('x', { cause: answered(SASL_AUTHENTICATION_FAILED) })),
      'the broker does not let the service in (SASL_AUTHENTICATION_FAILED)',
    ],
    [new UserError('Broker requires TLS.'), 'the broker speaks TLS, and KAFKA_TLS is false'],
    [
      new UserError('Unknown topic crud.secrets.'),
      'the topic "crud.secrets" does not exist, and the service makes none',
    ],
    [answered(TOPIC_AUTHORIZATION_FAILED), 'the service may not do that there (TOPIC_AUTHORIZATION_FAILED)'],
    [answered(NOT_LEADER_OR_FOLLOWER), 'NOT_LEADER_OR_FOLLOWER'],
    [new Error('timed out'), 'no answer in time'],
    [new NetworkError('Connection closed'), 'PLT_KFK_NETWORK'],
    [new TypeError('x'), 'TypeError'],
    ['x', 'for no reason that it tells'],
    [undefined, 'for no reason that it tells'],
  ])('%# is told without what was sent', (error, words) => {
    expect(describeKafkaFailure(error)).toBe(words);
  });

  it('is the latest of many attempts', () => {
    const error = new MultipleErrors('failed', [
      connecting(system('ECONNREFUSED')),
      answered(MESSAGE_TOO_LARGE),
    ]);
    expect(describeKafkaFailure(error)).toBe('MESSAGE_TOO_LARGE');
  });
});

describe('a message that the broker refuses', () => {
  it('is told from a broker that is away', () => {
    expect(isRefusal(answered(MESSAGE_TOO_LARGE))).toBe(true);
    expect(isRefusal(answered(TOPIC_AUTHORIZATION_FAILED))).toBe(false);
    expect(isRefusal(connecting(system('ECONNREFUSED')))).toBe(false);
    expect(isRefusal(undefined)).toBe(false);
  });
});
