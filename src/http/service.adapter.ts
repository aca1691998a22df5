import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import type { Express } from 'express';
import type { TlsConfig } from '../config/app-config.js';

/** An address of 2,048 characters takes up to 24 KiB when it is percent-encoded. */
export const MAX_HEADER_BYTES = 32 * 1024;

/** Nest on Express, with the settings of router and server that count only when they are made. */
export class ServiceAdapter extends ExpressAdapter {
  /** @param tls undefined: plain HTTP */
  constructor(private readonly tls: TlsConfig | undefined) {
    super(createExpress());
  }

  override initHttpServer(): void {
    const options = { maxHeaderSize: MAX_HEADER_BYTES };
    const handler = this.getInstance<Express>();
    this.httpServer =
      this.tls === undefined
        ? createServer(options, handler)
        : createTlsServer({ ...options, ...describeTls(this.tls) }, handler);
  }
}

/**
 * Whoever has to show a certificate is turned away in the handshake without one of the authority. Where it may be left
 * out, the handshake takes any, and one that leads to no authority counts as none (`TLSSocket.authorized`).
 */
function describeTls({ cert, key, clientCa, clientAuth }: TlsConfig): ServerOptions {
  const own: ServerOptions = { cert, key: key.open(), minVersion: 'TLSv1.2' };
  if (clientAuth === 'off') return own;
  return { ...own, ca: clientCa, requestCert: true, rejectUnauthorized: clientAuth === 'required' };
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
