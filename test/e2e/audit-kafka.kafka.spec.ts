import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { describeOnKafka } from '../support/kafka/describe-on-kafka.js';
import { KafkaProcess } from '../support/kafka/kafka-process.js';
import { byKey, readTopic } from '../support/kafka/read-topic.js';
import type { TopicMessage } from '../support/kafka/read-topic.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const PARTITIONS = 3;
const CANARY = 'canary-value-7f3a';
const CALLERS = 12;
const CHANGES = new Set(['write', 'delete', 'rotate', 'undelete', 'destroy_versions', 'owner_update']);

type Call = readonly [method: string, path: string, body?: object];

/** What one caller asks for: changes, reads, what is not there, what is refused, many at once, copies and moves. */
function callsOf(caller: number): readonly Call[] {
  const at = (name: string): string => `yaml://secret/canary-${caller}/${name}#key`;
  const query = (name: string): string => encodeURIComponent(at(name));
  const value = `${CANARY}-${caller}`;
  return [
    ['POST', '/api/secrets', { uri: at('a'), value }],
    ['GET', `/api/secrets/value?uri=${query('a')}`],
    ['POST', '/api/secrets/rotate', { uri: at('a'), value: `${value}-new` }],
    ['GET', `/api/secrets/value?uri=${query('nothing')}`],
    ['GET', `/api/secrets/value?uri=${encodeURIComponent('yaml://elsewhere/a#key')}`],
    ['GET', '/api/secrets/value?uri=no-address'],
    [
      'POST',
      '/api/secrets/bulk',
      {
        operations: [
          { op: 'set', uri: at('a'), value },
          { op: 'delete', uri: at('b') },
        ],
      },
    ],
    ['POST', '/api/secrets/copy', { fromUri: at('a'), toUri: at('b') }],
    ['POST', '/api/secrets/move', { fromUri: at('b'), toUri: at('c') }],
    ['DELETE', `/api/secrets?uri=${query('c')}`],
  ];
}

async function ask(service: ServiceProcess, [method, path, body]: Call): Promise<number> {
  const answer = await fetch(`${service.url}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describeOnKafka('records in Kafka', (title) => {
  describe(title, () => {
    let kafka: KafkaProcess;
    let folder: string;
    let file: string;
    const statuses: number[] = [];
    let audit: readonly TopicMessage[];
    let changes: readonly TopicMessage[];
    let records: readonly AuditRecord[];
    const read = ({ value }: TopicMessage): AuditRecord => JSON.parse(value) as AuditRecord;

    beforeAll(async () => {
      buildService();
      kafka = await KafkaProcess.start();
      await kafka.createTopics(PARTITIONS);
      folder = mkdtempSync(join(tmpdir(), 'audit-kafka-'));
      file = join(folder, 'audit.jsonl');
      const service = await startService({
        KAFKA_BROKERS: kafka.brokers,
        AUDIT_MODE: 'required',
        AUDIT_FILE: file,
        YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
      });
      await Promise.all(
        Array.from({ length: CALLERS }, async (_, caller) => {
          for (const call of callsOf(caller)) statuses.push(await ask(service, call));
        }),
      );
      service.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      audit = await readTopic(kafka, 'crud.secrets.audit');
      changes = await readTopic(kafka, 'crud.secrets');
      records = readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as AuditRecord);
    }, 180_000);
    afterAll(async () => {
      await kafka.remove();
      rmSync(folder, { recursive: true });
    });

    it('are those of the file, each once', () => {
      const kinds = [200, 201, 400, 404].filter((status) => statuses.includes(status));
      expect(kinds).toEqual([200, 201, 400, 404]);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      const withoutChain = records.map((record) =>
        Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'seq' && name !== 'prev_hash')),
      );
      const sorted = (all: readonly object[]): readonly string[] =>
        all.map((one) => JSON.stringify(one)).toSorted();
      expect(sorted(audit.map(read))).toEqual(sorted(withoutChain));
      // One for each call, two for a bulk of two and for a copy, three for a move.
      expect(records).toHaveLength(CALLERS * 14);
    });

    it('have the secret as their key, or else the tenant', () => {
      for (const message of [...audit, ...changes]) {
        const { resource_ref, tenant_id } = read(message);
        expect(message.key).toBe(resource_ref ?? tenant_id);
      }
      expect(new Set(audit.map(({ partition }) => partition)).size).toBe(PARTITIONS);
    });

    it('are in the order of the file for each key', () => {
      const inFile = Map.groupBy(records, ({ resource_ref, tenant_id }) => resource_ref ?? tenant_id);
      for (const [key, messages] of byKey(audit)) {
        expect(messages.map((message) => read(message).id)).toEqual(inFile.get(key)?.map(({ id }) => id));
      }
    });

    it('stand in crud.secrets where something was changed, and only then', () => {
      const changed = records.filter(
        ({ effect, code, purpose }) => effect === 'permit' && code === null && CHANGES.has(purpose ?? ''),
      );
      expect(changes.map((message) => read(message).id).toSorted()).toEqual(
        changed.map(({ id }) => id).toSorted(),
      );
      const events = new Set(changes.map((message) => read(message).event));
      expect([...events].toSorted()).toEqual([
        'secret.copy',
        'secret.delete',
        'secret.move',
        'secret.rotate',
        'secret.write',
      ]);
      // A write, a rotation, one of the bulk, a copy's destination, a move's two ends, a deletion.
      expect(changes).toHaveLength(CALLERS * 7);
    });

    it('hold no value and no address', () => {
      const text = [...audit, ...changes].map(({ key, value }) => `${key} ${value}`).join('\n');
      expect(text).not.toContain('canary');
      expect(text).not.toContain('yaml://');
    });

    it('say that they are JSON', () => {
      expect(
        [...audit, ...changes].filter(({ headers }) => headers['content-type'] !== 'application/json'),
      ).toEqual([]);
    });
  });
});
