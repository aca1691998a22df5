import { createServer } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import type { Express } from 'express';

/** An address of 2,048 characters takes up to 24 KiB when it is percent-encoded. */
export const MAX_HEADER_BYTES = 32 * 1024;

/** Nest on Express, with the settings of router and server that count only when they are made. */
export class ServiceAdapter extends ExpressAdapter {
  constructor() {
    super(createExpress());
  }

  override initHttpServer(): void {
    this.httpServer = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, this.getInstance<Express>());
  }
}

function createExpress(): Express {
  const server = express();
  server.disable('x-powered-by');
  // Express would hash every secret into an ETag; ours are versions.
  server.disable('etag');
  server.enable('strict routing');
  server.enable('case sensitive routing');
  server.set('query parser', false);
  return server;
}
