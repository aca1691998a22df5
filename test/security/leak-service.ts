import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Canaries } from './canaries.js';
import type { ApiCall } from './operation-requests.js';
import { exchange } from './raw-exchange.js';
import type { RawAnswer } from './raw-exchange.js';

const POLICY = '@id("writer") permit (principal == User::"writer", action, resource);';

/** The service in a process of its own with everything switched on, and a watch over what it lets out. */
export class LeakService {
  readonly canaries = new Canaries();
  sentCalls = 0;
  /** Of a caller who may do everything. */
  token = '';
  readonly yamlPath: string;
  readonly auditPath: string;

  private constructor(
    private readonly folder: string,
    readonly store: Kv2Server,
    readonly issuer: TestIssuer,
    readonly process: ServiceProcess,
  ) {
    this.yamlPath = join(folder, 'secrets.yaml');
    this.auditPath = join(folder, 'audit.jsonl');
  }

  static async start(): Promise<LeakService> {
    buildService();
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-leaks-'));
    writeFileSync(join(folder, 'policy.cedar'), POLICY);
    const [store, issuer] = await Promise.all([startKv2Server(), TestIssuer.start()]);
    const storeToken = await store.createToken({ policies: ['root'] });
    const salt = `salt-${storeToken.split('').reverse().join('')}`;
    const process = await startService({
      ...issuer.env,
      SECRETS_ENFORCE_SCOPES: 'true',
      SECRETS_SESSION_COOKIE: 'session',
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'cedar',
      PDP_POLICY_DIR: folder,
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: storeToken,
      TENANT_SALT: salt,
      YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
      AUDIT_FILE: join(folder, 'audit.jsonl'),
      AUDIT_MODE: 'required',
      PROVIDER_TIMEOUT_MS: '250',
      PROVIDER_RETRIES: '1',
      CIRCUIT_FAILURES: '10000',
      LOG_LEVEL: 'trace',
    });
    const started = new LeakService(folder, store, issuer, process);
    for (const text of [storeToken, store.rootToken, salt]) started.canaries.watch(text, 'config');
    started.token = await started.sign({ sub: 'writer' });
    return started;
  }

  async sign(claims: object): Promise<string> {
    return this.canaries.watchToken(await this.issuer.sign({ ...claims }));
  }

  /**
   * Sends a call; the answer, its headers too, holds no canary but those that it may show.
   * @param mayShow what the caller has a right to see in this answer
   */
  async call(
    call: ApiCall,
    mayShow: readonly string[],
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${this.token}` },
  ): Promise<RawAnswer> {
    this.sentCalls += 1;
    const answer = await exchange(this.process.url, call, headers);
    this.expectNothingIn(`${answer.rawHeaders.join('\n')}\n${answer.body}`, mayShow);
    return answer;
  }

  expectNothingIn(text: string, mayShow: readonly string[] = []): void {
    expect(this.canaries.find(text, mayShow).map((canary) => [this.canaries.kindOf(canary), canary])).toEqual(
      [],
    );
  }

  /** What everybody can ask for. */
  async readPage(path: string): Promise<string> {
    const answer = await fetch(`${this.process.url}${path}`);
    return `${[...answer.headers].join('\n')}\n${await answer.text()}`;
  }

  /** Bytes that no client would send. */
  sendBytes(bytes: string | Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(this.process.url).port), '127.0.0.1', () => socket.end(bytes));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }

  /** @returns the exit code, and all that the process printed and recorded in its life */
  async stop(): Promise<{ code: number | null; output: string; trail: string }> {
    this.process.kill('SIGTERM');
    const code = await this.process.exited;
    await this.store.stop();
    await this.issuer.close();
    const trail = readFileSync(this.auditPath, 'utf8');
    rmSync(this.folder, { recursive: true, force: true });
    return { code, output: this.process.output(), trail };
  }
}
