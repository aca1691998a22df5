import { Agent, request } from 'undici';
import type { Operation, Outcome, Values } from '../history/operation.js';

/** What is to be done, before it is known what came of it. */
export type Intent = Pick<Operation, 'kind' | 'key' | 'values' | 'ifMatch'>;

/** `not-sent`: nobody listened, so nothing can have happened. */
export type Answered = Outcome | 'not-sent';

interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Of a change: these say that it may have been done. Every other refusal promises that it was not. */
const UNKNOWN_CODES: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'INTERNAL_ERROR']);
const PATIENCE_MS = 60_000;

/** Carries operations out over HTTP, as any client of the service would. */
export class SecretClient {
  /** Calls that reached a process, answered or not. */
  sentCount = 0;
  private readonly agent = new Agent({ headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });

  /** @param url origin of a process @param uri address of the secret, without a fragment */
  async perform(url: string, uri: string, intent: Intent, idempotencyKey?: string): Promise<Answered> {
    try {
      const answer = await this.send(url, uri, intent, idempotencyKey);
      this.sentCount += 1;
      return interpret(intent, answer);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === 'ECONNREFUSED') return 'not-sent';
      this.sentCount += 1;
      return { kind: 'unknown', code: 'no answer' };
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(
    url: string,
    uri: string,
    { kind, key, values, ifMatch }: Intent,
    idempotencyKey: string | undefined,
  ): Promise<Answer> {
    const address = key === undefined ? uri : `${uri}#${key}`;
    const query = `uri=${encodeURIComponent(address)}`;
    const [method, path] = routeOf(kind, query);
    const value = key === undefined ? values : values?.[key];
    const answer = await request(`${url}/api/secrets${path}`, {
      method,
      dispatcher: this.agent,
      headers: {
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: method === 'POST' ? JSON.stringify({ uri: address, value }) : null,
    });
    const etag = answer.headers['etag'];
    return {
      status: answer.statusCode,
      etag: typeof etag === 'string' ? etag : undefined,
      body: (await answer.body.json()) as Record<string, unknown>,
    };
  }
}

function routeOf(kind: Intent['kind'], query: string): readonly ['GET' | 'POST' | 'DELETE', string] {
  switch (kind) {
    case 'set-key':
    case 'replace':
      return ['POST', ''];
    case 'rotate-key':
    case 'rotate':
      return ['POST', '/rotate'];
    case 'remove-key':
    case 'delete':
      return ['DELETE', `?${query}`];
    case 'read':
    case 'read-key':
      return ['GET', `/value?${query}`];
    default:
      return kind satisfies never;
  }
}

function interpret({ kind, key = '' }: Intent, { status, etag, body }: Answer): Outcome {
  if (status >= 300) {
    const code = String(body['code']);
    return { kind: UNKNOWN_CODES.has(code) ? 'unknown' : 'refused', code };
  }
  const version = Number(etag?.replaceAll('"', ''));
  if (kind === 'read' || kind === 'read-key') {
    const values = kind === 'read' ? (body as Values) : { [key]: String(body['value']) };
    return { kind: 'read', version, values };
  }
  return { kind: 'acknowledged', version, created: body['created'] as boolean | undefined };
}
