import { DpopCaller } from '../support/bound-tokens.mjs';
import { makeClientCertificate } from '../support/client-certificate.mjs';
import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startService } from '../support/service.mjs';
import { EXPECT, guardedEnv, readsOf, TEAM_COUNT, tokensOf } from '../support/teams.mjs';

export const title = 'Tokens bound to a key: DPoP and client certificates';
export const about = `A warm KV v2 read with everything on. Each DPoP read has a proof of its own (ES256), made before its round; the
certificate comes in \`Client-Cert\` from a trusted proxy.`;

const [BEARER, DPOP, CERTIFICATE] = ['bearer', 'DPoP', 'client certificate'];

export async function run(bench) {
  const certificate = makeClientCertificate(bench);
  const service = await startService({
    ...bench.store.env,
    ...guardedEnv(bench),
    TRUSTED_PROXIES: '127.0.0.1',
  });
  const callers = await Promise.all(
    Array.from({ length: TEAM_COUNT }, (_, team) =>
      DpopCaller.create(bench.issuer, { sub: `dpop-${team}`, groups: [`team-${team}`] }),
    ),
  );
  const contenders = [
    { name: BEARER, requests: readsOf('openbao+kv2', await tokensOf(bench)) },
    { name: DPOP, once: true, requests: () => proven(bench, callers, service.url) },
    ...(certificate === undefined
      ? []
      : [{ name: CERTIFICATE, requests: await certified(bench, certificate) }]),
  ].map((contender) => ({ ...service, ...contender, expect: EXPECT }));
  const measured = await measureRounds(bench, contenders);
  await service.stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      {
        figure: 'requests a second, DPoP against bearer',
        reach: '>= 0.40',
        value: ratioOf(measured, DPOP, BEARER, 'perSecond'),
      },
      { figure: 'CPU, DPoP against bearer', value: ratioOf(measured, DPOP, BEARER, 'cpuPer1000') },
      ...(measured.has(CERTIFICATE)
        ? [
            {
              figure: 'CPU, client certificate against bearer',
              reach: '<= 1.05',
              value: ratioOf(measured, CERTIFICATE, BEARER, 'cpuPer1000'),
            },
          ]
        : []),
    ],
    raw: { rounds: Object.fromEntries(measured) },
  };
}

async function proven(bench, callers, url) {
  const reads = readsOf('openbao+kv2');
  const count = bench.isQuick ? 1_500 : 5_000;
  return Array.from({ length: count }, (_, index) => ({
    ...reads[index % TEAM_COUNT],
    headers: callers[index % TEAM_COUNT].headers('GET', `${url}/api/secrets/value`),
  }));
}

async function certified(bench, { header, thumbprint }) {
  const tokens = await tokensOf(bench, TEAM_COUNT, { cnf: { 'x5t#S256': thumbprint } });
  return readsOf('openbao+kv2', tokens).map((read) => ({
    ...read,
    headers: { ...read.headers, 'client-cert': header },
  }));
}
