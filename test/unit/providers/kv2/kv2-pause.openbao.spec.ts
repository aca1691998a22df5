import type { Kv2Provider } from '../../../../src/providers/kv2/kv2.provider.js';
import { codeOf } from '../../../contract/provider-bench.js';
import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import type { OpenbaoServer } from '../../../support/openbao/openbao-server.js';
import { freshUri, openRead, replace, setKey } from './kv2-rig.js';
import { connect } from './start-kv2-provider.js';

describeOnOpenbao('a real store that stops', (title) => {
  describe(title, () => {
    let store: OpenbaoServer;
    let provider: Kv2Provider;
    const uri = freshUri();
    beforeAll(async () => {
      store = await startOpenbao();
      provider = connect(store, {}, 1000);
      await replace(provider, uri, { a: 1 });
    });
    afterAll(async () => {
      await provider.close();
      await store.stop();
    });

    it('answers a read with a time-out, a write with an unknown outcome, and works again', async () => {
      await store.pause();
      expect(await codeOf(provider.read(uri))).toBe('PROVIDER_TIMEOUT');
      expect(await codeOf(replace(provider, uri, { a: 2 }))).toBe('OUTCOME_UNKNOWN');
      // Its read is silent already, so nothing was written for certain.
      expect(await codeOf(setKey(provider, uri, 'b', 1))).toBe('PROVIDER_TIMEOUT');
      expect(await provider.checkHealth()).toEqual({ usable: false, state: 'silent' });
      store.resume();
      // The write that nobody knew of may have come through meanwhile.
      expect([1, 2]).toContain((await openRead(provider, uri))['a']);
    });

    it('is unavailable while it is sealed, for reads and writes', async () => {
      await store.seal();
      expect(await codeOf(provider.read(uri))).toBe('PROVIDER_UNAVAILABLE');
      expect(await codeOf(replace(provider, uri, { a: 3 }))).toBe('PROVIDER_UNAVAILABLE');
      expect(await provider.checkHealth()).toEqual({ usable: false, state: 'sealed' });
      await store.unseal();
      await replace(provider, uri, { a: 4 });
      expect(await openRead(provider, uri)).toEqual({ a: 4 });
    });

    it('is unavailable when it was killed', async () => {
      await store.kill9();
      expect(await codeOf(provider.read(uri))).toBe('PROVIDER_UNAVAILABLE');
      expect(await codeOf(replace(provider, uri, { a: 5 }))).toBe('PROVIDER_UNAVAILABLE');
      expect(await provider.checkHealth()).toEqual({ usable: false, state: 'unreachable' });
    });
  });
});
