// First, since what follows does not even load on an older Node.
import './node-version.js';
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { createApplication } from './app.setup.js';
import { ConfigurationError } from './config/configuration.error.js';
import { loadConfig } from './config/load-config.js';
import { Log } from './observability/log.js';
import { stopOnSignal } from './shutdown.js';
import { welcome } from './welcome.js';

async function start(): Promise<void> {
  const config = loadConfig();
  const app = await createApplication(config);
  const log = app.get(Log);
  for (const warning of config.warnings) log.warn(warning);
  stopOnSignal(app, log);
  await app.listen(config.http.port, config.http.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  process.stdout.write(welcome(config, port));
}

start().catch((error: unknown) => {
  // A configuration error is written for the operator; anything else is a fault, with its stack.
  const isConfiguration = error instanceof ConfigurationError;
  process.stderr.write(
    isConfiguration ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
  );
  // Not by the exit code alone: what was opened before the failure would keep the process alive.
  process.exit(1);
});
