import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import type { BaseOptions } from '@platformatic/kafka';
import { findKafka } from '../../../scripts/find-kafka.mjs';
import { NO_KAFKA } from './describe-on-kafka.js';

const START_TIMEOUT_MS = 90_000;
export const TOPICS = ['crud.secrets', 'crud.secrets.audit'] as const;

/** How a broker is asked for; by default in the clear, and everybody may do everything. */
export interface KafkaSettings {
  /** Lines of `server.properties` in place of or beside the usual ones. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Protocol of the listener of clients. */
  readonly protocol?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** Users that the storage is formatted with, as `SCRAM-SHA-512=[name=…,password=…]`. */
  readonly scram?: readonly string[];
  /** How a test itself gets in, who may do everything. */
  readonly client?: Partial<BaseOptions>;
}

/** A real Kafka on loopback, one KRaft node with its data in a temporary folder. It makes no topic by itself. */
export class KafkaProcess {
  readonly brokers: string;
  /** What a client of a test needs. */
  readonly client: BaseOptions;
  #child: ChildProcess | undefined;
  #printed = '';

  private constructor(
    readonly port: number,
    private readonly java: string,
    private readonly classPath: string,
    private readonly folder: string,
    client: Partial<BaseOptions>,
  ) {
    this.brokers = `127.0.0.1:${port}`;
    this.client = { clientId: 'test', bootstrapBrokers: [this.brokers], ...client };
  }

  /** @throws when there is no server (ask `findKafka` first), or it does not come up in time */
  static async start(settings: KafkaSettings = {}): Promise<KafkaProcess> {
    const kafka = await KafkaProcess.prepare(settings);
    await kafka.startAgain();
    return kafka;
  }

  /** A broker with a port and an empty storage that does not run yet. */
  static async prepare({
    properties = {},
    protocol = 'PLAINTEXT',
    scram = [],
    client = {},
  }: KafkaSettings = {}): Promise<KafkaProcess> {
    const found = findKafka();
    if (found === undefined) throw new Error(NO_KAFKA);
    const folder = mkdtempSync(join(tmpdir(), 'kafka-'));
    const [port, controller] = [await findFreePort(), await findFreePort()];
    const kafka = new KafkaProcess(port, found.java, found.classPath, folder, client);
    const lines = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'controller.listener.names': 'CONTROLLER',
      listeners: `CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
      'listener.security.protocol.map': `CLIENTS:${protocol},CONTROLLER:PLAINTEXT`,
      'inter.broker.listener.name': 'CLIENTS',
      'log.dirs': join(folder, 'data'),
      'auto.create.topics.enable': 'false',
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '1',
      'group.initial.rebalance.delay.ms': '0',
      ...properties,
    };
    writeFileSync(kafka.#properties, `${toLines(lines)}\n`);
    await kafka.#format(scram);
    return kafka;
  }

  get #properties(): string {
    return join(this.folder, 'server.properties');
  }

  /** On the port and with the data that it had; resolves once it takes clients. */
  async startAgain(): Promise<void> {
    this.#printed = '';
    const child = this.#run(['kafka.Kafka', this.#properties]);
    this.#child = child;
    const endsAt = Date.now() + START_TIMEOUT_MS;
    while (!this.#printed.includes('Kafka Server started')) {
      if (child.exitCode !== null || Date.now() > endsAt)
        throw new Error(`Kafka did not start: ${this.#printed.slice(-4_000)}`);
      await sleep(20);
    }
  }

  /** Waits until they are there. */
  async createTopics(partitions: number, topics: readonly string[] = TOPICS): Promise<void> {
    const admin = new Admin(this.client);
    try {
      await admin.createTopics({ topics: [...topics], partitions, replicas: 1 });
      await admin.metadata({ topics: [...topics] });
    } finally {
      await admin.close();
    }
  }

  /** SIGTERM: it hands over and closes its files. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** From here on it takes connections (the kernel does) and says nothing, until `resume`. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** For good, with its data. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #format(scram: readonly string[]): Promise<void> {
    const users = scram.flatMap((user) => ['--add-scram', user]);
    const cluster = ['format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', this.#properties];
    const [code] = await once(this.#run(['kafka.tools.StorageTool', ...cluster, ...users]), 'exit');
    if (code !== 0) throw new Error(`the storage of Kafka could not be formatted: ${this.#printed}`);
  }

  #run(parameters: readonly string[]): ChildProcess {
    // One core is enough, and the compiler that is started at once costs a test more than it gives.
    const options = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', this.classPath];
    const log = join(import.meta.dirname, 'log4j2.properties');
    const child = spawn(this.java, [...options, `-Dlog4j2.configurationFile=${log}`, ...parameters], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#printed += chunk.toString()));
    process.once('exit', () => child.kill('SIGKILL'));
    return child;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

function toLines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
