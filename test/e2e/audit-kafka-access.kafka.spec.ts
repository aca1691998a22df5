import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import type { AclOperationValue } from '@platformatic/kafka';
import { CertificateAuthority } from '../support/certificates/certificate-authority.js';
import { describeOnKafka } from '../support/kafka/describe-on-kafka.js';
import { KafkaProcess, TOPICS } from '../support/kafka/kafka-process.js';
import { readTopic } from '../support/kafka/read-topic.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const PATIENCE_MS = 30_000;
const PASSWORD = 'canary-password-31';
const ADMIN = { mechanism: 'PLAIN', username: 'admin', password: 'admin-password' } as const;
/** A login module that knows its users by this line, and those that the storage was formatted with by SCRAM. */
const PLAIN_USERS =
  'org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="admin-password" user_admin="admin-password";';
const SCRAM_USERS = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';

describeOnKafka('Kafka with TLS, SASL and ACLs', (title) => {
  describe(title, () => {
    let authority: CertificateAuthority;
    let stranger: CertificateAuthority;
    let kafka: KafkaProcess;
    let folder: string;
    let service: ServiceProcess | undefined;

    beforeAll(async () => {
      buildService();
      authority = new CertificateAuthority();
      stranger = new CertificateAuthority('somebody else');
      folder = mkdtempSync(join(tmpdir(), 'kafka-access-'));
      const { key, cert } = authority.issueServer();
      const keystore = join(folder, 'keystore.pem');
      writeFileSync(keystore, key + cert);
      kafka = await KafkaProcess.start({
        protocol: 'SASL_SSL',
        scram: [`SCRAM-SHA-512=[name=secrets-api,password=${PASSWORD}]`],
        properties: {
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': keystore,
          'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
          'sasl.mechanism.inter.broker.protocol': 'PLAIN',
          'listener.name.clients.plain.sasl.jaas.config': PLAIN_USERS,
          'listener.name.clients.scram-sha-512.sasl.jaas.config': SCRAM_USERS,
          // The broker speaks to itself in the clear as controller, and as a client of its own certificate.
          'ssl.truststore.type': 'PEM',
          'ssl.truststore.location': authority.certPath,
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'super.users': 'User:admin;User:ANONYMOUS',
        },
        client: { tls: { ca: authority.cert }, sasl: ADMIN },
      });
      await kafka.createTopics(1);
    }, 120_000);
    afterEach(async () => {
      service?.kill('SIGKILL');
      await service?.exited;
    });
    afterAll(async () => {
      await kafka.remove();
      authority.close();
      stranger.close();
      rmSync(folder, { recursive: true });
    });

    const start = async (env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> => {
      service = await startService({
        AUDIT_MODE: 'required',
        YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
        KAFKA_BROKERS: kafka.brokers,
        KAFKA_TLS: 'true',
        KAFKA_CA_CERT: authority.certPath,
        KAFKA_USERNAME: 'secrets-api',
        KAFKA_PASSWORD: PASSWORD,
        ...env,
      });
      return service;
    };
    const write = async ({ url }: ServiceProcess): Promise<number> => {
      const answer = await fetch(`${url}/api/secrets`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ uri: 'yaml://secret/app#key', value: 'x' }),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    const untilOutput = async (said: ServiceProcess, text: string): Promise<void> => {
      for (const endsAt = Date.now() + PATIENCE_MS; !said.output().includes(text); await sleep(20)) {
        if (Date.now() > endsAt) throw new Error(`"${text}" was not said: ${said.output()}`);
      }
    };
    const untilReady = async ({ url }: ServiceProcess, status: 200 | 503): Promise<void> => {
      for (const endsAt = Date.now() + PATIENCE_MS; ; await sleep(20)) {
        if ((await fetch(`${url}/health/ready`)).status === status) return;
        if (Date.now() > endsAt) throw new Error(`readiness did not become ${status}`);
      }
    };
    const allow = async (operation: AclOperationValue, topics: readonly string[] = TOPICS): Promise<void> => {
      const admin = new Admin(kafka.client);
      const creations = topics.map((resourceName) => ({
        resourceType: ResourceTypes.TOPIC,
        resourceName,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: 'User:secrets-api',
        host: '*',
        operation,
        permissionType: AclPermissionTypes.ALLOW,
      }));
      await admin.createAcls({ creations });
      await admin.close();
    };

    it('does not let a service in whose password is another, which goes on all the same', async () => {
      const refused = await start({ KAFKA_PASSWORD: 'another-canary-32' });
      await untilOutput(refused, 'the broker does not let the service in (SASL_AUTHENTICATION_FAILED)');
      // Again and again: a connection that fails twice must not take the process with it.
      for (let call = 0; call < 5; call += 1) {
        expect(await write(refused)).toBe(503);
        await sleep(300);
      }
      expect(refused.output()).not.toContain('canary');
      refused.kill('SIGTERM');
      expect(await refused.exited).toBe(0);
    }, 60_000);

    it('is not spoken to under a certificate of somebody else, nor in the clear', async () => {
      const wary = await start({ KAFKA_CA_CERT: stranger.certPath });
      await untilOutput(wary, 'Kafka takes no records: ');
      expect(wary.output()).toMatch(
        /Kafka takes no records: (SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)\./,
      );
      expect(await write(wary)).toBe(503);
      wary.kill('SIGKILL');
      const clear = await start({ KAFKA_TLS: 'false', KAFKA_CA_CERT: '' });
      await untilOutput(clear, 'Kafka takes no records: ');
      expect(await write(clear)).toBe(503);
    }, 60_000);

    it('takes records once the user may describe and write both topics', async () => {
      const hopeful = await start();
      await untilOutput(hopeful, 'the service may not do that there (TOPIC_AUTHORIZATION_FAILED)');
      expect(await write(hopeful)).toBe(503);
      await allow(AclOperations.DESCRIBE);
      await untilOutput(hopeful, 'the service may not do that there (CLUSTER_AUTHORIZATION_FAILED)');
      // Who may write to one of them is found out with the first record, which then asks for the other by itself.
      await allow(AclOperations.WRITE, ['crud.secrets.audit']);
      await untilReady(hopeful, 200);
      expect(await write(hopeful)).toBe(503);
      await untilReady(hopeful, 503);
      await sleep(1_500);
      await untilReady(hopeful, 503);
      await allow(AclOperations.WRITE);
      await untilReady(hopeful, 200);
      expect(await write(hopeful)).toBeLessThan(300);
      hopeful.kill('SIGTERM');
      expect(await hopeful.exited).toBe(0);
      expect(hopeful.output()).not.toContain('canary');
      // Of the write whose caller was refused, and of the one after it.
      for (const topic of TOPICS) expect(await readTopic(kafka, topic)).toHaveLength(2);
    }, 120_000);

    it('takes them as CloudEvents where that is the format, from a user whose password is in a file', async () => {
      const before = (await readTopic(kafka, 'crud.secrets.audit')).length;
      const file = join(folder, 'password');
      writeFileSync(file, `${PASSWORD}\n`);
      const audit = join(folder, 'events.jsonl');
      const events = await start({
        KAFKA_PASSWORD: '',
        KAFKA_PASSWORD_FILE: file,
        AUDIT_FORMAT: 'cloudevents',
        AUDIT_FILE: audit,
      });
      expect(await write(events)).toBeLessThan(300);
      events.kill('SIGTERM');
      expect(await events.exited).toBe(0);
      const [message] = (await readTopic(kafka, 'crud.secrets.audit')).slice(before);
      expect(message?.headers['content-type']).toBe('application/cloudevents+json; charset=UTF-8');
      const { data, ...attributes } = JSON.parse(message?.value ?? '') as { data: object };
      const line = JSON.parse(readFileSync(audit, 'utf8')) as { data: { seq: number; prev_hash: string } };
      const { seq: _seq, prev_hash: _hash, ...record } = line.data;
      expect({ ...attributes, data }).toEqual({ ...line, data: record });
      expect(attributes).toMatchObject({ specversion: '1.0', type: 'secrets-api.secret.write' });
    }, 60_000);
  });
});
