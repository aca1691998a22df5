import { setTimeout as sleep } from 'node:timers/promises';
import { CircuitOpenError, StoreCircuit } from '../../../src/providers/store-circuit.js';
import type { CircuitName } from '../../../src/providers/store-circuit.js';
import { Kv2Failure } from '../../../src/providers/kv2/kv2.failure.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';
import type { ErrorCode } from '../../../src/secrets/secret.errors.js';

const limits = { circuitFailures: 3, circuitResetMs: 150 };

describe('the circuit of a store', () => {
  let states: CircuitName[];
  let circuit: StoreCircuit;
  beforeEach(() => {
    states = [];
    circuit = new StoreCircuit(limits, (state) => states.push(state));
  });

  const fail = (error: Error): Promise<unknown> =>
    circuit.run(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
  const outage = (): SecretError => new SecretError('PROVIDER_UNAVAILABLE');

  it('opens with the failure that is one too many in a row, and then calls nobody', async () => {
    for (let failure = 0; failure < 3; failure += 1)
      expect(await fail(outage())).not.toBeInstanceOf(CircuitOpenError);
    expect(states).toEqual(['open']);
    let isCalled = false;
    const refused = circuit.run(() => Promise.resolve((isCalled = true)));
    await expect(refused).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      status: 503,
      facts: { retryAfterSeconds: 1 },
    });
    expect(isCalled).toBe(false);
  });

  it.each(['PROVIDER_TIMEOUT', 'OUTCOME_UNKNOWN', 'PROVIDER_UNAVAILABLE'] as ErrorCode[])(
    'takes %s for a failure of the store',
    async (code) => {
      for (let failure = 0; failure < 3; failure += 1) await fail(new SecretError(code));
      expect(states).toEqual(['open']);
    },
  );

  it('takes an answer of 500 for one, and a single call that the store refuses for none', async () => {
    for (let failure = 0; failure < 9; failure += 1) await fail(new Kv2Failure('PROVIDER_ERROR', 'none'));
    expect(states).toEqual([]);
    for (let failure = 0; failure < 3; failure += 1) await fail(new Kv2Failure('PROVIDER_ERROR', 'possible'));
    expect(states).toEqual(['open']);
  });

  it('counts in a row: what is not there, a refusal and a success begin the count anew', async () => {
    const alive = [new SecretError('SECRET_NOT_FOUND'), new SecretError('PROVIDER_DENIED')];
    for (const error of alive) {
      for (let failure = 0; failure < 2; failure += 1) await fail(outage());
      expect(await fail(error)).toBe(error);
    }
    for (let failure = 0; failure < 2; failure += 1) await fail(outage());
    expect(await circuit.run(() => Promise.resolve('value'))).toBe('value');
    for (let failure = 0; failure < 2; failure += 1) await fail(outage());
    expect(states).toEqual([]);
  });

  it('lets one call try after the reset, refuses the others meanwhile, and closes when it comes through', async () => {
    for (let failure = 0; failure < 3; failure += 1) await fail(outage());
    await sleep(200);
    let release: (value: string) => void = () => undefined;
    const probe = circuit.run(() => new Promise<string>((resolve) => (release = resolve)));
    await expect(circuit.run(() => Promise.resolve('second'))).rejects.toBeInstanceOf(CircuitOpenError);
    release('back');
    expect(await probe).toBe('back');
    expect(await circuit.run(() => Promise.resolve('next'))).toBe('next');
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  it('stays open for another while when that call fails, and closes by one that finds nothing', async () => {
    for (let failure = 0; failure < 3; failure += 1) await fail(outage());
    await sleep(200);
    await fail(outage());
    expect(await fail(outage())).toBeInstanceOf(CircuitOpenError);
    await sleep(200);
    expect(await fail(new SecretError('SECRET_NOT_FOUND'))).toMatchObject({ code: 'SECRET_NOT_FOUND' });
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });
});
