import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import { codeOf } from '../../../contract/provider-bench.js';
import { freshUri, Kv2Rig, openRead, removeKey, replace, setKey } from './kv2-rig.js';
import type { StartStore } from './kv2-rig.js';

const CLIENTS = 32;
const ROUNDS = 50;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const ascending = (values: readonly (number | undefined)[]): number[] =>
  values.map(Number).sort((a, b) => a - b);

export function describeKv2Races(name: string, start: StartStore): void {
  describe(`many writers at once, ${name}`, () => {
    let rig: Kv2Rig;
    let pair: readonly [Kv2Provider, Kv2Provider];
    beforeAll(async () => {
      rig = await Kv2Rig.start(start);
      // Two providers share nothing, as two processes do.
      pair = [rig.connect({ url: rig.store.url }), rig.connect({ url: rig.store.url })];
    });
    afterAll(() => rig.stop());
    const one = (index: number): Kv2Provider => pair[index % 2 === 0 ? 0 : 1];

    it(`${CLIENTS} clients set ${CLIENTS} keys of one secret in ${ROUNDS} rounds: each owns its version`, async () => {
      const uri = freshUri();
      for (let round = 0; round < ROUNDS; round += 1) {
        const outcomes = await Promise.all(
          numbers(CLIENTS).map((client) => setKey(one(client), uri, `k${client}`, round)),
        );
        const expected = numbers(CLIENTS).map((version) => round * CLIENTS + version);
        expect(ascending(outcomes.map(({ version }) => version))).toEqual(expected);
        const everyKey = Object.fromEntries(numbers(CLIENTS).map((client) => [`k${client}`, round]));
        expect(await openRead(pair[0], uri)).toEqual(everyKey);
      }
    }, 300_000);

    it('writers of one process cost each other no attempt', async () => {
      const provider = rig.connect();
      const uri = freshUri();
      await replace(provider, uri, { a: 1 });
      rig.proxy.clear();
      await Promise.all(numbers(CLIENTS).map((client) => setKey(provider, uri, `k${client}`, client)));
      expect(rig.proxy.calls).toHaveLength(2 * CLIENTS);
      // Plain writes wait too while a turn is taken: they would cost its taker an attempt.
      await Promise.all([
        setKey(provider, uri, 'k', 1),
        replace(provider, uri, {}),
        replace(provider, uri, {}),
      ]);
      expect(rig.proxy.calls).toHaveLength(2 * CLIENTS + 4);
    });

    it('plain writes and set keys go side by side, and each owns its version', async () => {
      const uri = freshUri();
      const outcomes = await Promise.all(
        numbers(CLIENTS).map((client) =>
          client % 4 < 2
            ? replace(one(client), uri, { from: client })
            : setKey(one(client), uri, `k${client}`, client),
        ),
      );
      expect(ascending(outcomes.map(({ version }) => version))).toEqual(numbers(CLIENTS));
    });

    it('lets one of many through that want the secret to be new', async () => {
      const uri = freshUri();
      const codes = await Promise.all(
        numbers(8).map((client) =>
          replace(one(client), uri, { client }, { ifNoneMatch: true }).then(
            () => 'written',
            (error: { code?: string }) => error.code,
          ),
        ),
      );
      expect(codes.sort()).toEqual([...Array<string>(7).fill('PRECONDITION_FAILED'), 'written']);
    });

    it('removes every key once, and the secret with the last', async () => {
      const uri = freshUri();
      await replace(pair[0], uri, Object.fromEntries(numbers(8).map((key) => [`k${key}`, key])));
      await Promise.all(numbers(8).map((key) => removeKey(one(key), uri, `k${key}`)));
      expect(await codeOf(pair[0].read(uri))).toBe('SECRET_DELETED');
    });

    it('tells one of two that remove a secret at once that it is gone', async () => {
      const uri = freshUri();
      await replace(pair[0], uri, { a: 1 });
      const answers = await Promise.all(
        [1, 2].map(() =>
          pair[0].remove(uri, {}).then(
            ({ deleted }) => deleted,
            (error: { code?: string }) => error.code,
          ),
        ),
      );
      expect(answers).toEqual(['version', 'SECRET_DELETED']);
    });

    it('says in the end that others kept changing the secret', async () => {
      const uri = freshUri();
      await replace(pair[0], uri, { a: 1 });
      const loser = rig.connect({}, 1000);
      await loser.read(uri);
      // Before each of its writes reaches the store somebody else has written.
      rig.proxy.beforeForwarding = async (call) => {
        if (call.startsWith('POST')) await replace(pair[0], uri, { a: 2 });
      };
      expect(await codeOf(setKey(loser, uri, 'b', 1))).toBe('WRITE_CONFLICT');
      expect(await openRead(pair[0], uri)).toEqual({ a: 2 });
      rig.proxy.clear();
    });
  });
}
