import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import type { Express, Response } from 'express';
import type { TlsConfig } from '../config/app-config.js';
import { Answer } from './answer.js';
import type { AnswerHeader } from './answer.js';

/** An address of 2,048 characters takes up to 24 KiB when it is percent-encoded. */
export const MAX_HEADER_BYTES = 32 * 1024;

/** Nest on Express, with the settings of router and server that count only when they are made. */
export class ServiceAdapter extends ExpressAdapter {
  /** @param tls undefined: plain HTTP */
  constructor(private readonly tls: TlsConfig | undefined) {
    super(createExpress());
  }

  /** What handlers return goes out here, without what Express would look up for each answer. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (body instanceof Answer) return sendJson(response, body.body, body.headers, body.status);
    const isJson = typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
    return isJson ? sendJson(response, body, [], statusCode) : super.reply(response, body, statusCode);
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

function sendJson(
  response: Response,
  body: unknown,
  headers: readonly AnswerHeader[],
  statusCode: number | undefined,
): Response {
  const text = JSON.stringify(body);
  if (statusCode !== undefined) response.statusCode = statusCode;
  for (const [name, value] of headers) response.setHeader(name, value);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  return response.end(text);
}
