import { describeOnRedis } from '../../../support/redis/describe-on-redis.js';
import { RedisProcess } from '../../../support/redis/redis-process.js';
import { buildService, startService } from '../../../support/service-process.js';
import type { ServiceProcess } from '../../../support/service-process.js';
import { TestIssuer } from '../../../support/oidc-provider/test-issuer.js';
import { ProofKey } from './proof-key.js';

const TIMES = 200;
const ORIGIN = 'https://secrets.example.com';
const PATH = '/api/secrets/value';

describeOnRedis('one DPoP proof in two processes', (title) => {
  describe(title, () => {
    const key = new ProofKey();
    let redis: RedisProcess;
    let issuer: TestIssuer;
    let processes: ServiceProcess[];
    let accessToken: string;

    beforeAll(async () => {
      buildService();
      [redis, issuer] = await Promise.all([RedisProcess.start(), TestIssuer.start()]);
      const env = { ...issuer.env, PUBLIC_ORIGIN: ORIGIN, REDIS_URL: redis.url };
      processes = await Promise.all([startService(env), startService(env)]);
      accessToken = await issuer.sign({ cnf: { jkt: key.jkt } });
    }, 180_000);
    afterAll(async () => {
      for (const service of processes) service.kill('SIGTERM');
      await Promise.all(processes.map(({ exited }) => exited));
      await redis.stop();
      await issuer.close();
    });

    const prove = (): string => key.prove({ htm: 'GET', htu: `${ORIGIN}${PATH}`, accessToken });
    const send = async (proof: string, { url }: ServiceProcess): Promise<number> => {
      const headers = { Authorization: `DPoP ${accessToken}`, DPoP: proof };
      const response = await fetch(`${url}${PATH}?uri=${encodeURIComponent('yaml://secret/app')}`, {
        headers,
      });
      await response.arrayBuffer();
      return response.status;
    };

    it(`is accepted once and refused once, ${TIMES} times at the same moment`, async () => {
      const winners = new Set<ServiceProcess | undefined>();
      for (let time = 0; time < TIMES; time += 1) {
        const proof = prove();
        // Turn about, so that neither of them has the start of the other.
        const order = time % 2 === 0 ? processes : processes.toReversed();
        const statuses = await Promise.all(order.map((service) => send(proof, service)));
        expect(statuses.toSorted()).toEqual([401, 404]);
        winners.add(order[statuses.indexOf(404)]);
      }
      // Otherwise the two would never have met.
      expect(winners.size).toBe(2);
    }, 120_000);

    it('is refused with 503 by both while Redis is away, and counts when it is back', async () => {
      const proof = prove();
      await redis.kill();
      expect(await Promise.all(processes.map((service) => send(proof, service)))).toEqual([503, 503]);
      await redis.startAgain();
      const endsAtMs = Date.now() + 10_000;
      const sendOne = async (): Promise<number[]> =>
        Promise.all(processes.map((service) => send(prove(), service)));
      let statuses = [503, 503];
      while (statuses.includes(503) && Date.now() < endsAtMs) statuses = await sendOne();
      expect(statuses).toEqual([404, 404]);
    }, 30_000);
  });
});
