import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { describeOnKafka } from '../support/kafka/describe-on-kafka.js';
import { KafkaProcess } from '../support/kafka/kafka-process.js';
import { byKey, readTopic } from '../support/kafka/read-topic.js';
import type { TopicMessage } from '../support/kafka/read-topic.js';
import { SteadyCallers } from '../support/kafka/steady-callers.js';
import { buildService, startService } from '../support/service-process.js';

/** The whole number is 10: `KAFKA_RESTARTS=10 npm test -- test/durability/kafka-restart`. */
const RESTARTS = Number(process.env['KAFKA_RESTARTS'] ?? 1);
const CALLERS = 16;
const PARTITIONS = 3;
const PATIENCE_MS = 30_000;
const isGood = ({ status }: { status: number }): boolean => status === 200 || status === 201;
const read = ({ value }: TopicMessage): AuditRecord => JSON.parse(value) as AuditRecord;

describeOnKafka('a broker that is restarted while callers read and write', (title) => {
  describe.each([
    ['SIGTERM', (kafka: KafkaProcess) => kafka.stop()],
    ['kill -9', (kafka: KafkaProcess) => kafka.kill()],
  ])(`${title}, by %s`, (signal, end) => {
    let kafka: KafkaProcess;
    let folder: string;
    let callers: SteadyCallers;
    let audit: readonly TopicMessage[];
    let changes: readonly TopicMessage[];
    let records: readonly AuditRecord[];

    beforeAll(
      async () => {
        buildService();
        kafka = await KafkaProcess.start();
        await kafka.createTopics(PARTITIONS);
        folder = mkdtempSync(join(tmpdir(), 'kafka-restart-'));
        const file = join(folder, 'audit.jsonl');
        const service = await startService({
          KAFKA_BROKERS: kafka.brokers,
          AUDIT_MODE: 'required',
          AUDIT_FILE: file,
          LOG_LEVEL: 'silent',
          YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
        });
        callers = new SteadyCallers(service.url, CALLERS);
        for (let restart = 0; restart < RESTARTS; restart += 1) {
          await callers.waitFor(isGood, PATIENCE_MS);
          await sleep(500 + Math.random() * 500);
          const begunAt = performance.now();
          await end(kafka);
          const gone = await callers.waitFor(({ status }) => status === 503, PATIENCE_MS);
          await kafka.startAgain();
          const backAt = performance.now();
          const good = await callers.waitFor(isGood, PATIENCE_MS);
          console.log(
            `${signal}: the first 503 ${Math.round(gone.answeredAt - begunAt)} ms after the signal, the first value ${Math.round(good.answeredAt - backAt)} ms after the broker was back`,
          );
        }
        await callers.stop();
        service.kill('SIGTERM');
        expect(await service.exited).toBe(0);
        audit = await readTopic(kafka, 'crud.secrets.audit');
        changes = await readTopic(kafka, 'crud.secrets');
        records = readFileSync(file, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as AuditRecord);
      },
      120_000 + RESTARTS * 60_000,
    );
    afterAll(async () => {
      await kafka.remove();
      rmSync(folder, { recursive: true });
    });

    it('has the record of everything that was given out', () => {
      const recorded = new Set(audit.map((message) => read(message).correlation_id));
      const given = callers.answers.filter(isGood);
      console.log(
        `${given.length} values and writes answered, ${callers.answers.length - given.length} refused; ${audit.length} records, ${changes.length} changes`,
      );
      expect(given.filter(({ id }) => !recorded.has(id))).toEqual([]);
      expect(callers.answers.filter((answer) => !isGood(answer) && answer.status !== 503)).toEqual([]);
    });

    it('keeps nobody waiting for two seconds', () => {
      const slow = callers.answers.filter(({ askedAt, answeredAt }) => answeredAt - askedAt > 2_000);
      expect(slow).toEqual([]);
    });

    it('takes none twice', () => {
      for (const messages of [audit, changes]) {
        expect(new Set(messages.map((message) => read(message).id)).size).toBe(messages.length);
      }
    });

    it('has all that is in the file, in its order for each key', () => {
      expect(audit).toHaveLength(records.length);
      const inFile = Map.groupBy(records, ({ resource_ref }) => resource_ref);
      for (const [key, messages] of byKey(audit)) {
        expect(messages.map((message) => read(message).id)).toEqual(inFile.get(key)?.map(({ id }) => id));
      }
    });
  });
});
