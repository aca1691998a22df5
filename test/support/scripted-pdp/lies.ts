import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { tellTruth } from './scripted-pdp.js';
import type { HonestReply, Lie } from './scripted-pdp.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** An honest answer with another body. */
function saying(body: (honest: unknown) => unknown): Lie {
  return (response, honest, call) => tellTruth(response, { ...honest, body: body(honest.body) }, call);
}

/** Bytes as they are. */
function bytes(text: string | Buffer, headers: Record<string, string> = {}): Lie {
  return (response) => void response.writeHead(200, { ...JSON_TYPE, ...headers }).end(text);
}

function status(code: number, headers: Record<string, string> = {}): Lie {
  return (response, honest) =>
    void response.writeHead(code, { ...honest.headers, ...headers }).end(JSON.stringify(honest.body));
}

/** Whatever the honest answer says, in a form that is none: of one element and of each in a batch. */
function eachElement(change: (element: Record<string, unknown>) => unknown): Lie {
  return saying((honest) => {
    const { evaluations } = honest as { evaluations?: Record<string, unknown>[] };
    return evaluations === undefined
      ? change(honest as Record<string, unknown>)
      : { evaluations: evaluations.map(change) };
  });
}

async function drip(response: ServerResponse, { headers, body }: HonestReply, gapMs: number): Promise<void> {
  response.writeHead(200, headers);
  for (const character of JSON.stringify(body)) {
    if (response.destroyed) return;
    response.write(character);
    await sleep(gapMs);
  }
  response.end();
}

function padded(honest: HonestReply, size: number): string {
  return `${JSON.stringify(honest.body)}${' '.repeat(size)}`;
}

const TWO_MB = 2 * 1024 * 1024;

/**
 * Every way of not answering that was thought of, for an endpoint that would have permitted. None of them is a decision.
 * `redirect` leads to an address that would answer honestly.
 */
export const LIES = {
  'never answers': () => undefined,
  'sends headers and then nothing': (response) => void response.writeHead(200, JSON_TYPE).flushHeaders(),
  'answers letter by letter, too slowly': (response, honest) => drip(response, honest, 200),
  'answers after the deadline': async (response, honest, call) => {
    await sleep(1_500);
    if (!response.destroyed) await tellTruth(response, honest, call);
  },
  'breaks the connection': (response) => void response.destroy(),
  'breaks off in the middle': (response, honest) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': `${JSON.stringify(honest.body).length}` });
    response.write(JSON.stringify(honest.body).slice(0, -3), () => response.destroy());
  },
  'speaks no HTTP': (response) => void response.socket?.end('permit!\r\n\r\n'),
  'answers 201': status(201),
  'answers 202': status(202),
  'answers 204': (response) => void response.writeHead(204, JSON_TYPE).end(),
  'answers 206': status(206),
  'answers 301': status(301, { location: '/access/v1/honest' }),
  'answers 302': status(302, { location: '/access/v1/honest' }),
  'answers 307': status(307, { location: '/access/v1/honest' }),
  'answers 308 to itself': status(308, { location: '' }),
  'answers 400': status(400),
  'answers 401': status(401),
  'answers 403': status(403),
  'answers 404': status(404),
  'answers 429': status(429),
  'answers 500': status(500),
  'answers 503': status(503),
  'answers HTML': bytes('<html><body>{"decision":true}</body></html>', { 'content-type': 'text/html' }),
  'calls HTML JSON': bytes('<html><body>{"decision":true}</body></html>'),
  'calls JSON text': (response, honest) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(honest.body)),
  'calls JSON something like JSON': (response, honest) =>
    void response.writeHead(200, { 'content-type': 'application/jsonp' }).end(JSON.stringify(honest.body)),
  'gives no content type': (response, honest) =>
    void response.writeHead(200).end(JSON.stringify(honest.body)),
  'answers nothing': bytes(''),
  'answers null': bytes('null'),
  'answers true': bytes('true'),
  'answers "true"': bytes('"true"'),
  'answers an array': saying((honest) => [honest]),
  'answers half of the JSON': (response, honest) =>
    void response.writeHead(200, JSON_TYPE).end(JSON.stringify(honest.body).slice(0, -1)),
  'says something behind the JSON': (response, honest) =>
    void response.writeHead(200, JSON_TYPE).end(`${JSON.stringify(honest.body)}{}`),
  'answers JSON with a comment': (response, honest) =>
    void response.writeHead(200, JSON_TYPE).end(`/* yes */ ${JSON.stringify(honest.body)}`),
  'answers in UTF-16': (response, honest) =>
    void response.writeHead(200, JSON_TYPE).end(Buffer.from(JSON.stringify(honest.body), 'utf16le')),
  'answers with bytes that are no UTF-8': (response, honest) =>
    void response
      .writeHead(200, JSON_TYPE)
      .end(
        Buffer.concat([
          Buffer.from('{"x":"'),
          Buffer.from([0xc3, 0x28]),
          Buffer.from(`",${JSON.stringify(honest.body).slice(1)}`),
        ]),
      ),
  'answers compressed, unasked': (response, honest) =>
    void response
      .writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' })
      .end(gzipSync(JSON.stringify(honest.body))),
  'answers 2 MB and says so': (response, honest) => {
    const text = padded(honest, TWO_MB);
    response.writeHead(200, { ...JSON_TYPE, 'content-length': `${text.length}` }).end(text);
  },
  'answers 2 MB and does not say so': (response, honest) =>
    void response.writeHead(200, JSON_TYPE).end(padded(honest, TWO_MB)),
  'never stops answering': async (response, honest) => {
    response.writeHead(200, JSON_TYPE);
    while (!response.destroyed) {
      response.write(padded(honest, 64 * 1024));
      await sleep(1);
    }
  },
  'answers as deep as a well': (response, honest) => {
    const text = JSON.stringify(honest.body).slice(0, -1);
    response.writeHead(200, JSON_TYPE).end(`${text},"x":${'['.repeat(9_999)}${']'.repeat(9_999)}}`);
  },
  'says it twice, first one way and then the other': (response, honest) =>
    void response
      .writeHead(200, JSON_TYPE)
      .end(JSON.stringify(honest.body).replace('"decision":true', '"decision":false,"decision":true')),
  'answers another request': (response, honest, call) =>
    tellTruth(response, { ...honest, headers: { ...honest.headers, 'x-request-id': 'another' } }, call),
  'says "true"': eachElement((element) => ({ ...element, decision: 'true' })),
  'says 1': eachElement((element) => ({ ...element, decision: 1 })),
  'says null': eachElement((element) => ({ ...element, decision: null })),
  'says [true]': eachElement((element) => ({ ...element, decision: [true] })),
  'says PERMIT': eachElement((element) => ({ ...element, decision: 'PERMIT' })),
  'says Decision': eachElement(({ decision, ...rest }) => ({ ...rest, Decision: decision })),
  'says nothing': eachElement(() => ({})),
  'wraps it': eachElement((element) => ({ result: element })),
  'gives text for context': eachElement((element) => ({ ...element, context: 'max_uses=1' })),
  'gives a list for context': eachElement((element) => ({ ...element, context: [{ id: 'x' }] })),
  'permits with an error': eachElement((element) => ({ ...element, context: { error: { status: 500 } } })),
  'names another resource': eachElement((element) => ({
    ...element,
    context: { resource: { type: 'secret', id: 'yaml://secret/another' } },
  })),
  'names another action': eachElement((element) => ({ ...element, action: { name: 'another' } })),
  'names another subject': eachElement((element) => ({
    ...element,
    subject: { type: 'user', id: 'another' },
  })),
} as const satisfies Record<string, Lie>;

interface BatchBody {
  evaluations: Record<string, unknown>[];
}

/** Lies that only a batch can hold. */
export const BATCH_LIES = {
  'answers one too few': saying((honest) => ({ evaluations: (honest as BatchBody).evaluations.slice(1) })),
  'answers one too many': saying((honest) => ({
    evaluations: [...(honest as BatchBody).evaluations, { decision: true }],
  })),
  'answers none': saying(() => ({ evaluations: [] })),
  'answers with one decision for all': saying(() => ({ decision: true })),
  'answers by number': saying((honest) => ({ evaluations: { ...(honest as BatchBody).evaluations } })),
  'answers with a bare list': saying((honest) => (honest as BatchBody).evaluations),
  'answers null for a list': saying(() => ({ evaluations: null, decision: true })),
  'swaps its answers': (response, honest, call) => {
    const elements = (honest.body as BatchBody).evaluations.map((element, index) => ({
      ...element,
      resource: call.questions[index]?.resource,
    }));
    return tellTruth(response, { ...honest, body: { evaluations: elements.reverse() } }, call);
  },
  'swaps answers of Cerbos': (response, honest, call) => {
    const results = call.questions.map(({ resource, action }, index) => ({
      resource: { id: resource.id, kind: resource.type },
      actions: { [action.name]: index === 0 ? 'EFFECT_DENY' : 'EFFECT_ALLOW' },
    }));
    const elements = (honest.body as BatchBody).evaluations.map((_, index, all) => ({
      decision: index !== all.length - 1,
      context: { 'cerbos.response': { results } },
    }));
    return tellTruth(response, { ...honest, body: { evaluations: elements } }, call);
  },
} as const satisfies Record<string, Lie>;
