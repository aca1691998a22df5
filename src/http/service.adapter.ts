import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions as TlsServerOptions } from 'node:https';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import type { Express, Response } from 'express';
import type { AppConfig, TlsConfig } from '../config/app-config.js';
import { Answer } from './answer.js';
import type { AnswerHeader } from './answer.js';
import { closeBehind, ExchangeTurns } from './server/exchange-turns.js';
import { answerHalfClosed, closeInStages } from './server/lingering-close.js';
import { SERVER_LIMITS } from './server/server-limits.js';
import { cutOffSlowReaders, limitAnswer } from './server/slow-readers.js';

/** Nest on Express, with the settings of router and server that count only when they are made. */
export class ServiceAdapter extends ExpressAdapter {
  readonly turns = new ExchangeTurns();

  constructor(private readonly config: Pick<AppConfig, 'http' | 'tls'>) {
    super(createExpress());
  }

  /** What handlers return goes out here, without what Express would look up for each answer. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (body instanceof Answer) return sendJson(response, body.body, body.headers, body.status);
    const isJson = typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
    return isJson ? sendJson(response, body, [], statusCode) : super.reply(response, body, statusCode);
  }

  override initHttpServer(): void {
    const { tls, http } = this.config;
    const server =
      tls === undefined
        ? createServer(describeServer(http))
        : createTlsServer({ ...describeServer(http), ...describeTls(tls) });
    this.httpServer = server;
    server.maxConnections = http.maxConnections;
    // None is left out unheard: `refuseFraming` counts them.
    server.maxHeadersCount = 0;
    cutOffSlowReaders(server, this.turns);
    closeInStages(server, this.turns);
    answerHalfClosed(server, this.turns);
    this.takeRequests(server);
  }

  private takeRequests(server: Server): void {
    const handle = this.getInstance<Express>();
    const listener: RequestListener = this.turns.inTurn((request, response) => {
      if (!server.listening) response.setHeader('Connection', 'close');
      response.once('prefinish', () => {
        limitAnswer(response);
        if (!server.listening) closeBehind(response, this.turns);
      });
      handle(request, response);
    });
    server.on('request', listener);
    // Who waits for a word before a body gets it when the body is wanted, and an answer before it where it is not.
    server.on('checkContinue', listener);
    // RFC 9110 10.1.1: what else is expected may be left unmet.
    server.on('checkExpectation', listener);
  }
}

function describeServer({ keepAliveTimeoutMs }: AppConfig['http']): ServerOptions {
  return {
    maxHeaderSize: SERVER_LIMITS.maxHeaderBytes,
    headersTimeout: SERVER_LIMITS.headersTimeoutMs,
    requestTimeout: SERVER_LIMITS.requestTimeoutMs,
    connectionsCheckingInterval: SERVER_LIMITS.checkingIntervalMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    insecureHTTPParser: false,
    // Node would answer without a body; `refuseFraming` looks itself.
    requireHostHeader: false,
  };
}

/**
 * Whoever has to show a certificate is turned away in the handshake without one of the authority. Where it may be left
 * out, the handshake takes any, and one that leads to no authority counts as none (`TLSSocket.authorized`).
 */
function describeTls({ cert, key, clientCa, clientAuth }: TlsConfig): TlsServerOptions {
  const own: TlsServerOptions = {
    cert,
    key: key.open(),
    minVersion: 'TLSv1.2',
    handshakeTimeout: SERVER_LIMITS.handshakeTimeoutMs,
  };
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
