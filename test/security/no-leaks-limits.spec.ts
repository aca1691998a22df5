import { IN_SECRETS } from './leak-faults.js';
import { LeakCaller } from './leak-caller.js';
import { LeakStage } from './leak-stage.js';
import { MEDIA, until } from './no-leaks.contract.js';

const AT_ONCE = 12;

/** A service that takes very little: what it turns away leaves no trace of what was asked. */
describe('canaries that are turned away', () => {
  let stage: LeakStage;
  let caller: LeakCaller;

  beforeAll(async () => {
    stage = await LeakStage.start({
      hasRedis: false,
      env: {
        PDP_ENGINE: 'cedar',
        LOG_LEVEL: 'trace',
        LOG_FORMAT: 'pretty',
        RATE_LIMIT_PER_MINUTE: '80',
        PROVIDER_MAX_CONCURRENCY: '1',
        PROVIDER_QUEUE: '1',
        PROVIDER_RETRIES: '0',
        CIRCUIT_FAILURES: '3',
        CIRCUIT_RESET_MS: '60000',
      },
    });
    caller = new LeakCaller(stage);
  }, 120_000);
  afterAll(() => stage.close());

  const ask = () =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async (_, index) => {
        const operation = index % 2 === 0 ? 'writeSecret' : 'readSecretValue';
        const { body } = await caller.operate(operation, caller.makeAddress());
        return (JSON.parse(body) as { code?: string }).code;
      }),
    );

  it('by a store that is busy', async () => {
    stage.parts.store.inject({ kind: 'delay', ms: 150 }, IN_SECRETS);
    expect(await ask()).toContain('OVERLOADED');
    stage.parts.store.clearFaults();
  });

  it('by the circuit of a store that failed', async () => {
    stage.parts.store.inject({ kind: 'status', status: 500, body: caller.make("store's words") }, IN_SECRETS);
    await until(async () => (await ask()).includes('PROVIDER_UNAVAILABLE'));
    await stage.look();
    expect(stage.media.get('pages')).toMatch(
      /^secrets_provider_circuit_state\{provider="openbao\+kv2"\} 2$/m,
    );
  });

  it('since the caller had its share', async () => {
    await until(async () => (await ask()).includes('RATE_LIMITED'));
    expect(await stage.stop()).toBe(0);
  });

  it.each(MEDIA.filter(([medium]) => !['file names', 'audit page'].includes(medium)))(
    'stand nowhere in: %s',
    (medium, sign) => {
      const text = stage.media.get(medium) ?? '';
      expect(text).toMatch(sign);
      caller.expectNothingIn(text);
    },
  );
});
