import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import supertest from 'supertest';
import { createApplication } from '../../src/app.setup.js';
import { AuditTrail } from '../../src/ports/audit-trail.port.js';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { testConfig } from './config.js';

/** The whole service on a free port of loopback, with a YAML store of its own in a temporary folder. */
export interface RunningApp {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly yamlPath: string;
  /** Every record of the trail, oldest first. */
  readonly records: readonly AuditRecord[];
  /** Calls over HTTP, with addresses encoded. */
  readonly http: ReturnType<typeof supertest>;
  close(): Promise<void>;
}

export async function createApp(env: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-'));
  const yamlPath = join(folder, 'secrets.yaml');
  const config = testConfig({ YAML_VAULT_PATH: yamlPath, LOG_LEVEL: 'silent', PORT: '0', ...env });
  const app = await createApplication(config);
  const records = watchTrail(app.get(AuditTrail));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    app,
    url,
    yamlPath,
    records,
    http: supertest(url),
    close: async () => {
      server.closeAllConnections();
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function watchTrail(trail: AuditTrail): AuditRecord[] {
  const records: AuditRecord[] = [];
  const record = trail.record.bind(trail);
  trail.record = async (entry) => {
    await record(entry);
    records.push(entry);
  };
  return records;
}
