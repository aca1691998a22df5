import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { TransportFault } from './transport-fault.js';
import type { TransportFaultKind } from './transport-fault.js';

/** Contract section 7: an answer over 32 MiB is a fault of the store. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * One call on the wire: collects the answer under a deadline for the whole of it, and stops reading above the cap.
 * It is a handler of its own, not `pool.request`, because only the handler is told whether a call was ever put on a
 * connection: a write that was not is certain to have done nothing.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<RawAnswer>;
  #settle!: { resolve: (answer: RawAnswer) => void; reject: (fault: TransportFault) => void };
  #controller: Dispatcher.DispatchController | undefined;
  #fault: TransportFault | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #size = 0;
  readonly #timer: NodeJS.Timeout;

  /** @param wasConnected whether the pool had any connection since, asked when the time is over */
  constructor(timeoutMs: number, wasConnected: () => boolean) {
    this.answer = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#timer = setTimeout(() => {
      if (this.#controller !== undefined) this.#abort('silent');
      else this.#abort(wasConnected() ? 'never-sent' : 'unreachable');
    }, timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#fault !== undefined) {
      controller.abort(this.#fault);
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
    this.#chunks = [];
    this.#size = 0;
    if (Number(headers['content-length'] ?? 0) > MAX_ANSWER_BYTES) this.#abort('oversized');
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_ANSWER_BYTES) this.#abort('oversized');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    const text = Buffer.concat(this.#chunks).toString('utf8');
    this.#settle.resolve({ status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#fault ?? new TransportFault(this.#kindOf(error), { cause: error }));
  }

  #kindOf(error: Error & { code?: unknown }): TransportFaultKind {
    if (this.#controller === undefined) return 'unreachable';
    // An answer that began and never ended is as useless as one that is no HTTP; one that never began says nothing.
    const hasBegun = this.#status !== 0;
    return hasBegun || /^(HPE_|UND_ERR_HEADERS)/.test(String(error.code)) ? 'garbled' : 'lost';
  }

  #abort(kind: TransportFaultKind): void {
    this.#fault ??= new TransportFault(kind);
    this.#controller?.abort(this.#fault);
    this.#fail(this.#fault);
  }

  #fail(fault: TransportFault): void {
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.#settle.reject(fault);
  }
}
