/**
 * Writes docs/openapi.json from the built code. With `--check` it writes nothing and fails when the file differs.
 * The application is only looked at: in preview mode Nest makes none of its parts.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../dist/app.module.js';
import { loadConfig } from '../dist/config/load-config.js';
import { createOpenApiDocument } from '../dist/http/openapi/openapi-document.js';

const FILE = new URL('../docs/openapi.json', import.meta.url);

const app = await NestFactory.create(AppModule.register(loadConfig({})), { preview: true, logger: false });
const text = `${JSON.stringify(createOpenApiDocument(app), null, 2)}\n`;
await app.close();

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readText() !== text) {
  console.error('docs/openapi.json is not what the code says: run "npm run openapi" and commit the file.');
  process.exitCode = 1;
}

function readText() {
  try {
    return readFileSync(FILE, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return undefined; // no document yet differs from any document
  }
}
