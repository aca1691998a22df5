import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AT_LOGIN, IN_SECRETS, makeStoreFault, STORE_FAULTS } from './leak-faults.js';
import { LeakCaller } from './leak-caller.js';
import { LeakStage } from './leak-stage.js';
import type { StageSettings } from './leak-stage.js';
import { OPERATION_IDS } from './operation-requests.js';
import type { AddressedOperation } from './operation-requests.js';

const OPERATIONS = OPERATION_IDS.filter((id) => id !== 'readSecret');
const TAKING: readonly AddressedOperation[] = ['deleteSecret', 'destroySecret'];
/** Where to look, and what the service does put there, so that the search is through something. */
export const MEDIA: readonly [string, RegExp][] = [
  ['output', /listens on/],
  ['trail', /"?resource_ref"?/],
  ['file names', /audit\.jsonl\S*\d/],
  ['events', /^id: .+$/m],
  ['audit page', /"resource_ref":"/],
  ['pages', /secrets_provider_circuit_state/],
  ['traces', /secrets-api/],
  ['process', /dist\/main\.js/],
];

/** More than 200 canaries go through every operation and every failure; then every place is searched. */
export function describeNoLeaks(title: string, settings: StageSettings): void {
  describe(`two hundred canaries, ${title}`, () => {
    let stage: LeakStage;
    let caller: LeakCaller;

    beforeAll(async () => {
      stage = await LeakStage.start(settings);
      caller = new LeakCaller(stage);
    }, 120_000);
    afterAll(() => stage.close());
    afterEach(() => stage.parts.store.clearFaults());

    const all = (operations: readonly AddressedOperation[]) =>
      Promise.all(operations.map((operation) => caller.operate(operation, caller.makeAddress())));
    const lowest = async (operations: readonly AddressedOperation[]) =>
      Math.min(...(await all(operations)).map(({ status }) => status));
    const write = async (headers = {}, address = caller.makeAddress()) => ({
      address,
      answer: await caller.operate('writeSecret', address, { headers }),
    });

    it.each(['openbao+kv2', 'hashicorp+kv2', 'yaml'])(
      'go through operations that succeed: %s',
      async (scheme) => {
        const address = caller.makeAddress(scheme);
        const contents = {
          value: stage.parts.canaries.makeAwkward('value'),
          owner: caller.make('owner'),
        };
        expect((await caller.operate('writeSecret', address, contents)).status).toBe(201);
        for (const operation of [...OPERATION_IDS.filter((id) => !TAKING.includes(id)), ...TAKING])
          await caller.operate(operation, address, contents);
        const atKey = { ...address, uri: `${address.uri}#${address.key}` };
        for (const operation of ['writeSecret', 'readSecretValue', 'rotateSecret', 'deleteSecret'] as const)
          await caller.operate(operation, atKey, contents);
      },
    );

    it('go through many operations at once', async () => {
      const addresses = Array.from({ length: 10 }, () => caller.makeAddress());
      const operations = addresses.map(({ uri, key }, index) => ({
        op: index % 2 === 0 ? 'set' : 'rotate',
        uri,
        value: { [key]: caller.make('value') },
      }));
      const call = { method: 'POST', path: '/bulk', body: { operations } };
      const headers = { ...(await caller.prove(call)), 'idempotency-key': caller.make('idempotency key') };
      const { status, body } = await caller.send(
        call,
        addresses.flatMap(({ parts }) => parts),
        headers,
      );
      expect([status, JSON.parse(body)]).toMatchObject([200, { succeeded: 5, failed: 5 }]);
    });

    it('go through requests that are sent again, that come too late and that contradict', async () => {
      const key = { 'idempotency-key': caller.make('idempotency key') };
      const { address, answer } = await write(key);
      expect(answer.status).toBe(201);
      expect((await write(key, address)).answer.status).toBe(422);
      const value = caller.make('value');
      const again = { value, headers: { 'idempotency-key': caller.make('idempotency key') } };
      for (const replayed of [undefined, 'true']) {
        const { rawHeaders } = await caller.operate('rotateSecret', address, again);
        expect(rawHeaders[rawHeaders.indexOf('Idempotency-Replayed') + 1]).toBe(replayed ?? rawHeaders[0]);
      }
      expect((await write({ 'if-none-match': '*' }, address)).answer.status).toBe(412);
      expect((await write({ 'if-match': '"77"' }, address)).answer.status).toBe(412);
      expect((await write({ 'if-match': caller.make('header') }, address)).answer.status).toBe(400);
      await caller.operate('copySecret', address);
      expect((await caller.operate('copySecret', address)).status).toBe(409);
    });

    it('go through operations on what is not there', async () => {
      const statuses = (await all(OPERATIONS)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 404).length).toBeGreaterThan(8);
    });

    it('go through refusals', async () => {
      for (const operation of OPERATIONS) {
        const bearer = async (claims: object) => ({ authorization: `Bearer ${await caller.sign(claims)}` });
        const credential = caller.make('credential');
        const bound = await bearer({ cnf: { jkt: caller.make('thumbprint') } });
        const tries: [number, Record<string, string>][] = [
          [403, await bearer({ sub: 'stranger' })],
          [403, await bearer({ scope: caller.make('scope') })],
          [401, await bearer({ exp: 1 })],
          [401, bound],
          [401, { authorization: bound.authorization.replace('Bearer', 'DPoP'), dpop: `${credential}.x.y` }],
          [401, { authorization: `Basic ${credential}` }],
          [400, { authorization: `Bearer ${credential} ${credential}` }],
          [400, { ...bound, cookie: `session=${credential}` }],
        ];
        const statuses = tries.map(async ([, credentials]) => {
          return (await caller.operate(operation, caller.makeAddress(), { credentials })).status;
        });
        expect([operation, ...(await Promise.all(statuses))]).toEqual([
          operation,
          ...tries.map(([status]) => status),
        ]);
      }
    });

    it('go through a proof that is used again', async () => {
      const call = { method: 'GET', path: '/audit?limit=1' };
      const headers = await caller.prove(call);
      expect((await caller.send(call, [], headers)).status).toBe(200);
      expect((await caller.send(call, [], headers)).status).toBe(401);
    });

    it('go through requests that make no sense', async () => {
      const text = (): string => caller.make('body');
      const { uri } = caller.makeAddress();
      for (const path of [
        '',
        '/rotate',
        '/undelete',
        '/destroy-versions',
        '/metadata/owner',
        '/bulk',
        '/copy',
        '/move',
      ])
        for (const body of [
          `{"uri":"${uri}","value":{"k":"${text()}"`,
          `{"uri":"${uri}","value":{"k":"${text()}"},"${text()}":"${text()}"}`,
          `{"uri":"${uri}","value":{"k":${stage.parts.canaries.makeNumber()}}}`,
          `{"operations":[{"op":"${text()}","uri":"${uri}"}]}`,
          `{"fromUri":"${uri}","toUri":"s3://${text()}"}`,
          `"${text()}`,
          `{"uri":"${uri}","value":{"k":"${text()}${'x'.repeat(1_048_576)}"}}`,
        ]) {
          const call = { method: 'POST', path, body };
          const { status } = await caller.send(call, [], await caller.prove(call));
          expect([400, 413]).toContain(status);
        }
    });

    it('go through requests that break off', async () => {
      for (let count = 0; count < 4; count += 1) {
        const call = { method: 'POST', path: '' };
        const headers = Object.entries(await caller.prove(call)).map(
          ([name, value]) => `${name}: ${value}\r\n`,
        );
        const socket = connect(Number(new URL(stage.service.url).port), '127.0.0.1');
        socket.on('error', () => undefined);
        const start = `POST /api/secrets HTTP/1.1\r\nHost: x\r\n${headers.join('')}Content-Type: application/json\r\n`;
        socket.write(
          `${start}Content-Length: 900\r\n\r\n{"uri":"${caller.makeAddress().uri}","value":"${caller.make('value')}`,
        );
        await sleep(20);
        socket.destroy();
      }
    });

    it.each(STORE_FAULTS)(
      'go through a store that %s',
      async (fault) => {
        stage.parts.store.clearCalls();
        stage.parts.store.inject(makeStoreFault(fault, caller.make("store's words")), IN_SECRETS);
        const statuses = (await all(OPERATIONS)).map(({ status }) => status);
        expect(statuses.filter((status) => status >= 502).length).toBeGreaterThan(0);
        expect(statuses).not.toContain(500);
        expect(stage.parts.store.calls.length).toBeGreaterThan(0);
      },
      60_000,
    );

    it('go through a store that is sealed, and one that is away', async () => {
      await stage.parts.store.seal();
      expect(await lowest(OPERATIONS)).toBeGreaterThanOrEqual(503);
      await stage.look();
      await stage.parts.store.unseal();
      await stage.parts.store.goDown();
      expect(await lowest(OPERATIONS)).toBeGreaterThanOrEqual(503);
      await stage.parts.store.comeUp();
    });

    it('go through a store that takes the credential no more', async () => {
      const { store } = stage.parts;
      await write();
      const { token } = store.calls.findLast(({ path }) => path.includes('/data/')) ?? {};
      await store.revokeToken(token ?? '');
      const body = `{"errors":["${caller.make("store's words")}"]}`;
      store.inject({ kind: 'status', status: 400, body }, AT_LOGIN);
      expect((await all(OPERATIONS)).map(({ status }) => status)).toContain(502);
      expect(store.calls.some(({ path }) => path.includes('/auth/'))).toBe(true);
      store.clearFaults();
      await until(async () => (await write()).answer.status === 201);
    });

    it('go through an identity provider and a collector with words of their own', async () => {
      const { issuer, collector } = stage.parts;
      issuer.lies.set('/jwks', (_request, response) => void response.end(caller.make("issuer's words")));
      collector.lie = (response) => void response.writeHead(400).end(caller.make("collector's words"));
      const credentials = { authorization: `Bearer ${await caller.sign({}, { kid: caller.make('kid') })}` };
      const { status } = await caller.operate('readSecretValue', caller.makeAddress(), { credentials });
      expect([401, 503]).toContain(status);
      issuer.lies.clear();
      collector.calls.length = 0;
      await until(async () => (await write()) && collector.calls.length > 0);
      collector.lie = undefined;
    });

    if (settings.env['PDP_ENGINE'] === 'authzen')
      it('go through a decision point that denies, lies and is away', async () => {
        const { pdp } = stage.parts;
        const { decide } = pdp;
        pdp.decide = () => ({ decision: false, context: { reason: caller.make("decision point's words") } });
        expect(new Set((await all(OPERATIONS)).map(({ status }) => status))).toEqual(new Set([403]));
        pdp.decide = decide;
        pdp.lie = (response) => void response.writeHead(500).end(caller.make("decision point's words"));
        expect(await lowest(OPERATIONS)).toBeGreaterThanOrEqual(503);
        pdp.lie = undefined;
        await pdp.stop();
        expect(await lowest(OPERATIONS)).toBeGreaterThanOrEqual(503);
        await pdp.listen();
        expect((await write()).answer.status).toBe(201);
      });

    it('go through a trail that takes no records', async () => {
      stage.breakTrail();
      await until(async () => (await write()).answer.status === 503);
      expect(await lowest(OPERATIONS)).toBeGreaterThanOrEqual(503);
      await stage.look();
      stage.mendTrail();
      await until(async () => (await write()).answer.status === 201);
    });

    it('go to those who read the trail, and to who looks from outside', async () => {
      const call = { method: 'GET', path: '/audit?limit=1000' };
      const { status, body } = await caller.send(call, [], await caller.prove(call));
      expect(status).toBe(200);
      stage.note('audit page', body);
      await stage.look();
    });

    if (settings.hasRedis)
      it('go through a state that is away', async () => {
        await stage.parts.redis?.kill();
        expect(await lowest(OPERATIONS)).toBeGreaterThanOrEqual(503);
        await stage.look();
      });

    it('go through an end while calls are in flight', async () => {
      stage.parts.store.inject({ kind: 'delay', ms: 200 }, IN_SECRETS);
      stage.parts.store.clearCalls();
      // Without its state it takes none.
      const answers = settings.hasRedis ? undefined : all(OPERATIONS);
      if (!settings.hasRedis) await until(() => stage.parts.store.calls.length > 0);
      expect((await Promise.all([stage.stop(), answers]))[0]).toBe(0);
    });

    it('were more than two hundred, of each kind some', () => {
      const counts = stage.parts.canaries.counts();
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      expect(total).toBeGreaterThanOrEqual(200);
      for (const kind of [
        'value',
        'owner',
        'token',
        'proof',
        'proof id',
        'idempotency key',
        'store token',
        'secret id',
      ])
        expect(counts[kind] ?? 0).toBeGreaterThan(0);
    });

    it.each(MEDIA)('stand nowhere in: %s', (medium, sign) => {
      const text = stage.media.get(medium) ?? '';
      expect(text).toMatch(sign);
      caller.expectNothingIn(text);
    });

    if (settings.hasRedis)
      it('stand nowhere in: state', () => {
        const text = stage.media.get('state') ?? '';
        for (const kind of ['o', 'g', 'w']) expect(text).toContain(`"secrets-api:${kind}:`);
        caller.expectNothingIn(text);
      });
  });
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await condition()); await sleep(20))
    if (Date.now() > end) throw new Error('it did not come to that');
}
