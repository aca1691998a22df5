import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { describeOnKafka } from '../support/kafka/describe-on-kafka.js';
import { KafkaProcess, TOPICS } from '../support/kafka/kafka-process.js';
import { readTopic } from '../support/kafka/read-topic.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

/** Far over what an answer takes on a busy machine, and under every time-out that it could have run into. */
const HANG_MS = 2_000;

const PATIENCE_MS = 30_000;
const URI = 'yaml://secret/app#key';

let folder: string;
let services: ServiceProcess[] = [];
/** Lines are written behind what they tell of. */
const untilSaid = (service: ServiceProcess, said: string | RegExp): Promise<true> =>
  until(`the line ${said}`, () => {
    const output = service.output();
    const isThere = typeof said === 'string' ? output.includes(said) : said.test(output);
    return Promise.resolve(isThere ? true : undefined);
  });
const start = async (env: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
  const service = await startService({ YAML_VAULT_PATH: join(folder, 'secrets.yaml'), ...env });
  services.push(service);
  return service;
};

beforeAll(() => buildService(), 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-away-'));
});
afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ exited }) => exited));
  services = [];
  rmSync(folder, { recursive: true });
});

async function write(
  service: ServiceProcess,
  id = 'call',
): Promise<{ status: number; code?: string; ms: number }> {
  const begunAt = performance.now();
  const answer = await fetch(`${service.url}/api/secrets`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Correlation-Id': id },
    body: JSON.stringify({ uri: URI, value: 'x' }),
  });
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, ...(code && { code }), ms: performance.now() - begunAt };
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const endsAt = Date.now() + PATIENCE_MS; Date.now() < endsAt; await sleep(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not happen within ${PATIENCE_MS} ms`);
}

const untilReady = (service: ServiceProcess, status: 200 | 503): Promise<true> =>
  until(`readiness ${status}`, async () => {
    const answer = await fetch(`${service.url}/health/ready`);
    await answer.arrayBuffer();
    return answer.status === status ? true : undefined;
  });

async function metric(service: ServiceProcess, name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

const recordsIn = async (kafka: KafkaProcess, topic: string): Promise<readonly AuditRecord[]> =>
  (await readTopic(kafka, topic)).map(({ value }) => JSON.parse(value) as AuditRecord);

describe('a broker that takes connections and says nothing', () => {
  let silent: Server;
  let broker: string;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.resume();
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    broker = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('does not hold up the start, and nothing is done where records are required', async () => {
    const service = await start({ KAFKA_BROKERS: broker, AUDIT_MODE: 'required' });
    for (let call = 0; call < 5; call += 1) {
      const { status, code, ms } = await write(service);
      expect({ status, code }).toEqual({ status: 503, code: 'AUDIT_UNAVAILABLE' });
      expect(ms).toBeLessThan(2_000);
    }
    await untilReady(service, 503);
    await untilSaid(service, 'Kafka takes no records: no answer in time.');
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it('leaves the answers alone where they are not, and is told of', async () => {
    const service = await start({ KAFKA_BROKERS: broker, LOG_LEVEL: 'warn' });
    for (let call = 0; call < 20; call += 1) expect((await write(service)).status).toBeLessThan(300);
    expect(await metric(service, 'secrets_audit_records_total{outcome="failed"}')).toBe(20);
    expect(await metric(service, 'secrets_audit_kafka_usable')).toBe(0);
    // Each write goes to both topics.
    expect(await metric(service, 'secrets_audit_kafka_pending_messages')).toBe(40);
    await untilSaid(service, /The audit record \S+ of the request call was not kept\./);
    await untilReady(service, 200);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    await untilSaid(service, '40 messages did not get to Kafka.');
  });
});

describeOnKafka('a broker that is away', (title) => {
  describe(title, () => {
    let kafka: KafkaProcess;
    beforeEach(async () => {
      kafka = await KafkaProcess.prepare();
    }, 60_000);
    afterEach(() => kafka.remove());

    it('at the start stops no start: it is found by itself once it is there', async () => {
      await kafka.startAgain();
      await kafka.createTopics(1);
      await kafka.stop();
      const service = await start({ KAFKA_BROKERS: kafka.brokers, AUDIT_MODE: 'required' });
      const refused = await write(service);
      expect(refused).toMatchObject({ status: 503, code: 'AUDIT_UNAVAILABLE' });
      expect(refused.ms).toBeLessThan(2_000);
      await untilSaid(service, 'Kafka takes no records: ECONNREFUSED.');
      await kafka.startAgain();
      // Without a call that would have to find it out.
      await untilReady(service, 200);
      expect((await write(service, 'after')).status).toBeLessThan(300);
      const records = await recordsIn(kafka, 'crud.secrets.audit');
      expect(records.map(({ correlation_id }) => correlation_id)).toEqual(['after']);
    }, 120_000);

    it('is told by the topic that is missing, and found once it is made', async () => {
      await kafka.startAgain();
      await kafka.createTopics(1, ['crud.secrets.audit']);
      const service = await start({ KAFKA_BROKERS: kafka.brokers, AUDIT_MODE: 'required' });
      expect((await write(service)).code).toBe('AUDIT_UNAVAILABLE');
      await untilSaid(service, 'the topic \\"crud.secrets\\" does not exist, and the service makes none');
      await kafka.createTopics(1, ['crud.secrets']);
      await untilReady(service, 200);
      expect((await write(service)).status).toBe(201);
    }, 120_000);

    it('gets what has waited, in order, where records are not required', async () => {
      await kafka.startAgain();
      await kafka.createTopics(3);
      const file = join(folder, 'audit.jsonl');
      const service = await start({ KAFKA_BROKERS: kafka.brokers, AUDIT_FILE: file, LOG_LEVEL: 'warn' });
      await write(service, 'before');
      await kafka.kill();
      await until('the end of the broker', async () =>
        (await metric(service, 'secrets_audit_kafka_usable')) === 0 ? true : undefined,
      );
      const slow: number[] = [];
      for (let call = 0; call < 200; call += 1) {
        const { status, ms } = await write(service, `meanwhile-${call}`);
        expect(status).toBeLessThan(300);
        if (ms > HANG_MS) slow.push(ms);
      }
      expect(slow).toEqual([]);
      expect(await metric(service, 'secrets_audit_kafka_pending_messages')).toBe(400);
      await kafka.startAgain();
      await until('the delivery', async () =>
        (await metric(service, 'secrets_audit_kafka_pending_messages')) === 0 ? true : undefined,
      );
      const inFile = readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as AuditRecord).id);
      for (const topic of TOPICS) {
        expect((await recordsIn(kafka, topic)).map(({ id }) => id)).toEqual(inFile);
      }
      await untilSaid(service, 'Kafka takes records again.');
    }, 120_000);

    it('keeps no more than there is room for', async () => {
      const service = await start({ KAFKA_BROKERS: kafka.brokers, LOG_LEVEL: 'silent' });
      // Addresses that are none are refused without a store: many records in little time.
      const operations = Array.from({ length: 100 }, () => ({ op: 'delete', uri: 'none' }));
      const ask = async (): Promise<void> => {
        const answer = await fetch(`${service.url}/api/secrets/bulk`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Correlation-Id': 'x'.repeat(128) },
          body: JSON.stringify({ operations }),
        });
        expect(await answer.json()).toMatchObject({ failed: 100 });
      };
      const failed = 'secrets_audit_kafka_records_total{outcome="failed"}';
      await until('the buffer is full', async () => {
        await Promise.all(Array.from({ length: 20 }, ask));
        return (await metric(service, failed)) > 0 ? true : undefined;
      });
      const pending = await metric(service, 'secrets_audit_kafka_pending_messages');
      const before = await metric(service, failed);
      await ask();
      expect(await metric(service, 'secrets_audit_kafka_pending_messages')).toBe(pending);
      expect(await metric(service, failed)).toBe(before + 100);
      console.log(`${pending} records wait, and no more`);
      service.kill('SIGTERM');
      expect(await service.exited).toBe(0);
    }, 120_000);

    it('after a stop of its process is missed within the patience of a call', async () => {
      await kafka.startAgain();
      await kafka.createTopics(1);
      const service = await start({ KAFKA_BROKERS: kafka.brokers, AUDIT_MODE: 'required' });
      expect((await write(service, 'before')).status).toBe(201);
      kafka.pause();
      const { status, ms } = await write(service, 'meanwhile');
      expect(status).toBe(503);
      expect(ms).toBeLessThan(2_000);
      const refused = await write(service, 'refused');
      expect(refused.status).toBe(503);
      expect(refused.ms).toBeLessThan(500);
      kafka.resume();
      await untilReady(service, 200);
      expect((await write(service, 'after')).status).toBeLessThan(300);
      service.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      // What was done meanwhile has its record, though its caller was told that it had none yet.
      const records = await recordsIn(kafka, 'crud.secrets.audit');
      expect(records.map(({ correlation_id }) => correlation_id)).toEqual(['before', 'meanwhile', 'after']);
    }, 120_000);
  });
});
