/**
 * Nest on Express and nothing else (no ETag, no body parser): what `bare-http` does, or with CONSTANT=true an answer
 * that needs no store. Decorators are called as functions, so that it runs without a compiler.
 */
import 'reflect-metadata';
import { Controller, Get, Header, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Pool } from 'undici';

const { STORE_URL, STORE_TOKEN, CONSTANT, BODY } = process.env;
const pool = CONSTANT === 'true' ? undefined : new Pool(STORE_URL, { connections: 64, pipelining: 1 });
const headers = { 'x-vault-token': STORE_TOKEN };
const constant = JSON.parse(BODY ?? '{}');

class SecretController {
  async read(team, name) {
    if (pool === undefined) return constant;
    const { body } = await pool.request({ method: 'GET', path: `/v1/secret/data/${team}/${name}`, headers });
    return (await body.json()).data.data;
  }
}

class BareModule {}

decorateHandler('read', Get('secret/:team/:name'), Header('Cache-Control', 'no-store'));
Param('team')(SecretController.prototype, 'read', 0);
Param('name')(SecretController.prototype, 'read', 1);
Controller()(SecretController);
Module({ controllers: [SecretController] })(BareModule);

function decorateHandler(name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(SecretController.prototype, name);
  for (const decorate of decorators) decorate(SecretController.prototype, name, descriptor);
}

const app = await NestFactory.create(BareModule, { bodyParser: false, logger: false });
app.set('etag', false);
await app.listen(0, '127.0.0.1');
console.log(`listens on http://127.0.0.1:${app.getHttpServer().address().port}`);
