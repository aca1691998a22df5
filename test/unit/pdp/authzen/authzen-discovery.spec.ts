import { LIES } from '../../../support/scripted-pdp/lies.js';
import { ScriptedPdp } from '../../../support/scripted-pdp/scripted-pdp.js';
import { TLS_CERT, TLS_KEY } from '../../providers/kv2/tls-pair.js';
import { ONE, THREE, useScriptedPdp, watchedPdp } from './authzen-samples.js';

const asking = useScriptedPdp();

describe('discovery', () => {
  it('is used, wherever the endpoints are', async () => {
    asking.scripted.paths = { evaluation: '/v2/one?x=1', evaluations: '/v2/many' };
    expect(await asking.open().pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
    expect(asking.scripted.asked[0]?.path).toBe('/v2/one?x=1');
  });

  it('is replaced by the well-known paths where there is none', async () => {
    asking.scripted.document = undefined;
    const { pdp } = asking.open();
    expect(await pdp.decide(THREE)).toHaveLength(3);
    expect(asking.scripted.asked[0]?.path).toBe('/access/v1/evaluations');
    expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
  });

  it('asks for a decision point below a path as the standard says', async () => {
    const { pdp } = watchedPdp(`${asking.scripted.url}/tenant1`);
    asking.scripted.document = undefined;
    asking.scripted.paths = { evaluation: '/tenant1/access/v1/evaluation', evaluations: undefined };
    expect(await pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
    expect(asking.scripted.calls[0]?.path).toBe('/.well-known/authzen-configuration/tenant1');
    await pdp.close();
  });

  it('is asked once by all who come at once, and kept', async () => {
    const { pdp } = asking.open();
    await Promise.all(Array.from({ length: 20 }, () => pdp.decide(ONE)));
    await pdp.decide(ONE);
    expect(asking.scripted.calls.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  it('is read again when its time is over', async () => {
    const { pdp } = asking.open({}, { discoveryLifeMs: 0 });
    await pdp.decide(ONE);
    asking.scripted.paths = { evaluation: '/moved', evaluations: undefined };
    expect(await pdp.decide(THREE)).toMatchObject([{}, {}, { effect: 'permit' }]);
    expect(asking.scripted.asked.map(({ path }) => path)).toEqual([
      '/access/v1/evaluation',
      '/moved',
      '/moved',
      '/moved',
    ]);
  });

  it('is read again after an endpoint was gone', async () => {
    const { pdp, failures } = asking.open();
    await pdp.decide(ONE);
    asking.scripted.paths = { evaluation: '/moved', evaluations: undefined };
    expect(await pdp.decide(ONE)).toEqual([{ effect: 'none' }]);
    expect(await pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
    expect(failures).toEqual(['status']);
  });

  it('lives on with the document that it has while the new one is away', async () => {
    const { pdp } = asking.open({}, { discoveryLifeMs: 0 });
    await pdp.decide(ONE);
    asking.scripted.discoveryLie = LIES['answers 503'];
    expect(await pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
  });

  it.each([
    ['another', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['one with a slash', (url: string) => `${url}/`],
    ['one in capitals', (url: string) => url.toUpperCase()],
    ['none', () => undefined],
    ['a list with the right one', (url: string) => [url]],
  ])('counts for nothing under the identifier of %s', async (_, identifier) => {
    asking.scripted.document = (url) => ({
      policy_decision_point: identifier(url),
      access_evaluation_endpoint: `${url}/access/v1/evaluation`,
    });
    const { pdp, failures } = asking.open();
    expect(await pdp.decide(ONE)).toEqual([{ effect: 'none' }]);
    expect(asking.scripted.asked).toEqual([]);
    expect(failures).toEqual(['identifier']);
    expect(await pdp.checkHealth()).toEqual({ usable: false, state: 'misconfigured' });
  });

  it('drops what it knew once the identifier is another', async () => {
    const { pdp } = asking.open({}, { discoveryLifeMs: 0 });
    await pdp.decide(ONE);
    asking.scripted.document = (url) => ({
      policy_decision_point: 'https://other.example',
      access_evaluation_endpoint: `${url}/access/v1/evaluation`,
    });
    expect(await pdp.decide(ONE)).toEqual([{ effect: 'none' }]);
    asking.scripted.discoveryLie = LIES['answers 503'];
    expect(await pdp.decide(ONE)).toEqual([{ effect: 'none' }]);
  });

  it.each([
    ['is missing', undefined],
    ['is no address', 'evaluation'],
    ['is a path', '/access/v1/evaluation'],
    ['is a number', 7],
    ['is plain http elsewhere', 'http://pdp.example/access/v1/evaluation'],
    ['is plain http at another port', 'http://127.0.0.1:1/access/v1/evaluation'],
    ['is a file', 'file:///access/v1/evaluation'],
    ['has a user', 'https://user@pdp.example/access/v1/evaluation'],
  ])('counts for nothing when the endpoint %s', async (_, endpoint) => {
    asking.scripted.document = (url) => ({
      policy_decision_point: url,
      access_evaluation_endpoint: endpoint,
    });
    const { pdp, failures } = asking.open();
    expect(await pdp.decide(ONE)).toEqual([{ effect: 'none' }]);
    expect(failures).toEqual(['endpoint']);
  });
});

describe('TLS', () => {
  let secure: ScriptedPdp;

  beforeEach(async () => {
    secure = await ScriptedPdp.start({ key: TLS_KEY, cert: TLS_CERT });
  });

  afterEach(() => secure.stop());

  it('trusts the configured authority', async () => {
    const { pdp } = watchedPdp(secure.url, { caCert: TLS_CERT });
    expect(await pdp.decide(ONE)).toMatchObject([{ effect: 'permit' }]);
    await pdp.close();
  });

  it('trusts no other', async () => {
    const { pdp, failures } = watchedPdp(secure.url);
    expect(await pdp.decide(ONE)).toEqual([{ effect: 'none' }]);
    expect(failures).toEqual(['unreachable']);
    expect(secure.calls).toEqual([]);
    await pdp.close();
  });
});
