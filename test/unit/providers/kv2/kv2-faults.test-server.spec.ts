import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import { SecretUri } from '../../../../src/secrets/secret-uri.js';
import { SecretError } from '../../../../src/secrets/secret.errors.js';
import { codeOf } from '../../../contract/provider-bench.js';
import { startKv2Server } from '../../../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../../../support/kv2-server/kv2-server.js';
import type { StoreFault } from '../../../support/kv2-server/store-faults.js';
import { openRead, replace } from './kv2-rig.js';
import { connect } from './start-kv2-provider.js';
import { TLS_CERT, TLS_KEY } from './tls-pair.js';

const TIMEOUT_MS = 1000;
const URI = SecretUri.parse('openbao+kv2://secret/app/api');

describe('a store that fails', () => {
  let store: Kv2Server;
  let provider: Kv2Provider;
  beforeAll(async () => {
    store = await startKv2Server();
    provider = connect(store, {}, TIMEOUT_MS);
    await replace(provider, URI, { a: 1 });
  });
  afterEach(async () => {
    store.clearFaults();
    expect(await openRead(provider, URI)).toEqual({ a: 1 });
  });
  afterAll(async () => {
    await provider.close();
    await store.stop();
  });

  it.each<[StoreFault, string]>([
    [{ kind: 'silence' }, 'PROVIDER_TIMEOUT'],
    [{ kind: 'delay', ms: 2 * TIMEOUT_MS }, 'PROVIDER_TIMEOUT'],
    [{ kind: 'reset-before' }, 'PROVIDER_UNAVAILABLE'],
    [{ kind: 'close-mid-answer' }, 'PROVIDER_ERROR'],
    [{ kind: 'html' }, 'PROVIDER_ERROR'],
    [{ kind: 'html', status: 404 }, 'PROVIDER_ERROR'],
    [{ kind: 'status', status: 404, body: '' }, 'PROVIDER_ERROR'],
    [{ kind: 'status', status: 200, body: '{"data":{"data":{"a":1' }, 'PROVIDER_ERROR'],
    [{ kind: 'status', status: 200, body: '[]' }, 'PROVIDER_ERROR'],
    [{ kind: 'status', status: 200, body: '' }, 'PROVIDER_ERROR'],
    [{ kind: 'redirect', location: 'http://127.0.0.2:9/v1/secret/data/app/api' }, 'PROVIDER_ERROR'],
    [{ kind: 'redirect', location: '//evil.example/v1/x' }, 'PROVIDER_ERROR'],
  ])('%j: %s', async (fault, code) => {
    store.inject(fault, { times: Number.POSITIVE_INFINITY });
    expect(await codeOf(provider.read(URI))).toBe(code);
  });

  it('is given up at 32 MiB long before the end of its answer', async () => {
    const slow = connect(store, {}, 10_000);
    await slow.read(URI);
    store.inject({ kind: 'endless' });
    expect(await codeOf(slow.read(URI))).toBe('PROVIDER_ERROR');
    await slow.close();
  });

  it('is followed to its own origin, once', async () => {
    store.inject({ kind: 'redirect', location: '/v1/secret/data/app/api', status: 307 });
    expect(await openRead(provider, URI)).toEqual({ a: 1 });
    store.inject({ kind: 'redirect', location: '/v1/secret/data/app/api', status: 307 }, { times: 2 });
    expect(await codeOf(provider.read(URI))).toBe('PROVIDER_ERROR');
  });

  it('never sees its token go to another origin', async () => {
    const received: string[] = [];
    const elsewhere = createServer((socket: Socket) => {
      socket.on('data', (chunk) => received.push(chunk.toString()));
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    store.inject({
      kind: 'redirect',
      location: `http://127.0.0.1:${port}/v1/secret/data/app/api`,
      status: 307,
    });
    expect(await codeOf(provider.read(URI))).toBe('PROVIDER_ERROR');
    expect(received).toEqual([]);
    elsewhere.close();
  });

  it('is unavailable while it is down, for writes too, and usable at once when it is up again', async () => {
    await store.goDown();
    expect(await codeOf(provider.read(URI))).toBe('PROVIDER_UNAVAILABLE');
    expect(await codeOf(replace(provider, URI, { a: 2 }))).toBe('PROVIDER_UNAVAILABLE');
    expect(await provider.checkHealth()).toEqual({ usable: false, state: 'unreachable' });
    await store.comeUp();
    expect(await openRead(provider, URI)).toEqual({ a: 1 });
  });

  it('is unavailable where it is sealed, and nothing is written', async () => {
    await store.seal();
    expect(await codeOf(provider.read(URI))).toBe('PROVIDER_UNAVAILABLE');
    expect(await codeOf(replace(provider, URI, { a: 2 }))).toBe('PROVIDER_UNAVAILABLE');
    await store.unseal();
  });

  it('is unavailable for a write that it answers with 503 like every look behind it', async () => {
    store.inject({ kind: 'status', status: 503, body: '' }, { times: Number.POSITIVE_INFINITY });
    expect(await codeOf(replace(provider, URI, { a: 2 }))).toBe('PROVIDER_UNAVAILABLE');
  });

  it('tells by facts when to come back', async () => {
    store.inject({ kind: 'status', status: 429, headers: { 'Retry-After': '9' } });
    const error = await provider.read(URI).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(SecretError);
    expect(error).toMatchObject({ code: 'PROVIDER_OVERLOADED', facts: { retryAfterSeconds: 9 } });
  });

  it('whose connections are all busy has a time-out and certainly no effect', async () => {
    const narrow = connect(store, { poolSize: 1 }, TIMEOUT_MS);
    await narrow.read(URI);
    store.inject({ kind: 'silence' }, { match: /^GET .*data\/app/ });
    const first = codeOf(narrow.read(URI));
    store.clearCalls();
    expect(await codeOf(replace(narrow, URI, { a: 2 }))).toBe('PROVIDER_TIMEOUT');
    expect(await first).toBe('PROVIDER_TIMEOUT');
    expect(store.calls.filter(({ method }) => method === 'POST')).toEqual([]);
    await narrow.close();
  });

  it.each([
    ['active', true],
    ['standby', true],
    ['performance-standby', true],
    ['disaster-recovery', false],
    ['sealed', false],
    ['uninitialized', false],
  ] as const)('is asked how it is: %s', async (health, usable) => {
    store.setHealth(health);
    expect(await provider.checkHealth()).toMatchObject({ usable });
    store.setHealth('active');
  });

  it('that gives no answer about itself is not usable', async () => {
    store.inject({ kind: 'silence' }, { match: /health/ });
    expect(await provider.checkHealth()).toEqual({ usable: false, state: 'silent' });
    store.inject({ kind: 'html' }, { match: /health/ });
    expect(await provider.checkHealth()).toEqual({ usable: false, state: 'unexpected answer' });
  });
});

describe('a store behind TLS', () => {
  let store: Kv2Server;
  beforeAll(async () => {
    store = await startKv2Server({ tls: { key: TLS_KEY, cert: TLS_CERT } });
  });
  afterAll(() => store.stop());

  it('is trusted by its own CA only', async () => {
    const trusting = connect(store, { caCert: TLS_CERT });
    expect(await replace(trusting, URI, { a: 1 })).toMatchObject({ version: 1 });
    const strange = connect(store);
    expect(await codeOf(strange.read(URI))).toBe('PROVIDER_UNAVAILABLE');
    expect(await codeOf(replace(strange, URI, { a: 2 }))).toBe('PROVIDER_UNAVAILABLE');
    const careless = connect(store, { verifyTls: false });
    expect(await openRead(careless, URI)).toEqual({ a: 1 });
    await Promise.all([trusting.close(), strange.close(), careless.close()]);
  });
});
