import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One question as it arrived, defaults filled in (AuthZEN 1.0 "Default values"). */
export interface AskedQuestion {
  subject: { type: string; id: string; properties: Record<string, unknown> };
  action: { name: string };
  resource: { type: string; id: string; properties: Record<string, unknown> };
  context: Record<string, unknown>;
}

export interface PdpCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Empty for a GET. */
  questions: AskedQuestion[];
  isBatch: boolean;
  /** The body as it came. */
  body: Record<string, unknown>;
}

export interface HonestReply {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Writes an answer of its own in place of the honest one. */
export type Lie = (response: ServerResponse, honest: HonestReply, call: PdpCall) => void | Promise<void>;

export interface PdpTls {
  key: string;
  cert: string;
}

const DISCOVERY = '/.well-known/authzen-configuration';

/**
 * A decision point on loopback that does what a test says: answers each question by `decide`, publishes `document`, and lies
 * where it is told to.
 */
export class ScriptedPdp {
  readonly calls: PdpCall[] = [];
  /** An element of the answer; by default everything is permitted. */
  decide: (question: AskedQuestion) => unknown = () => ({ decision: true });
  /** Of the evaluation endpoints. */
  lie: Lie | undefined;
  /** Of the discovery document. */
  discoveryLie: Lie | undefined;
  /** Paths of the endpoints; a batch path of undefined: one question at a time. */
  paths: { evaluation: string; evaluations: string | undefined } = {
    evaluation: '/access/v1/evaluation',
    evaluations: '/access/v1/evaluations',
  };
  /** What is published; undefined: nothing (404). */
  document: ((url: string) => unknown) | undefined = (url) => ({
    policy_decision_point: url,
    access_evaluation_endpoint: `${url}${this.paths.evaluation}`,
    ...(this.paths.evaluations !== undefined && {
      access_evaluations_endpoint: `${url}${this.paths.evaluations}`,
    }),
  });
  /** Calls that were being answered at one moment, at most. */
  busiest = 0;
  #busy = 0;
  readonly #server: Server;
  #port = 0;

  private constructor(private readonly tls: PdpTls | undefined) {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#answer(request, response);
    this.#server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  }

  static async start(tls?: PdpTls): Promise<ScriptedPdp> {
    const pdp = new ScriptedPdp(tls);
    await pdp.listen();
    return pdp;
  }

  get url(): string {
    return `${this.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  /** Calls of the evaluation endpoints. */
  get asked(): PdpCall[] {
    return this.calls.filter(({ method }) => method === 'POST');
  }

  /** On the port it had before, if any. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Connections are broken at once. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.busiest = Math.max(this.busiest, (this.#busy += 1));
    response.once('close', () => (this.#busy -= 1));
    const call = await readCall(request);
    this.calls.push(call);
    const isDiscovery = call.path.startsWith(DISCOVERY);
    const honest = isDiscovery ? this.#publish() : this.#evaluate(call);
    const requestId = call.headers['x-request-id'];
    if (typeof requestId === 'string') honest.headers['x-request-id'] = requestId;
    const lie = isDiscovery ? this.discoveryLie : this.lie;
    await (lie ?? tellTruth)(response, honest, call);
  }

  #publish(): HonestReply {
    return this.document === undefined
      ? reply(404, { message: 'nothing here' })
      : reply(200, this.document(this.url));
  }

  #evaluate(call: PdpCall): HonestReply {
    const { evaluation, evaluations } = this.paths;
    if (call.path !== evaluation && call.path !== evaluations) return reply(404, { message: 'nothing here' });
    const elements = call.questions.map((question) => this.decide(question));
    return reply(200, call.isBatch ? { evaluations: elements } : elements[0]);
  }
}

export const tellTruth: Lie = (response, { status, headers, body }) => {
  response.writeHead(status, headers).end(JSON.stringify(body));
};

function reply(status: number, body: unknown): HonestReply {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

async function readCall(request: IncomingMessage): Promise<PdpCall> {
  const { method = '', url: path = '', headers } = request;
  const raw = await text(request);
  const body = (raw === '' ? {} : JSON.parse(raw)) as Partial<AskedQuestion> & { evaluations?: object[] };
  const { evaluations, ...defaults } = body;
  const isBatch = evaluations !== undefined;
  const questions = (evaluations ?? (raw === '' ? [] : [{}])).map(
    (one) => ({ ...defaults, ...one }) as AskedQuestion,
  );
  return { method, path, headers, questions, isBatch, body: body };
}
