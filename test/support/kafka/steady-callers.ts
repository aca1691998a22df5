import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One answer: which call, what came, and when. */
export interface Answer {
  readonly id: string;
  readonly status: number;
  /** Milliseconds of `performance.now()`. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** After a refusal nobody hurries. */
const PAUSE_MS = 20;

/** Callers that read and write one secret each, call after call, until they are told to stop. */
export class SteadyCallers {
  readonly answers: Answer[] = [];
  private readonly agent: Agent;
  private readonly running: readonly Promise<void>[];
  private isStopped = false;

  constructor(
    private readonly url: string,
    callers: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: callers });
    this.running = Array.from({ length: callers }, (_, caller) => this.run(caller));
  }

  /** Of the first answer that came after that moment and fits. */
  firstAfter(momentMs: number, fits: (answer: Answer) => boolean): Answer | undefined {
    return this.answers.find((answer) => answer.answeredAt >= momentMs && fits(answer));
  }

  /** @throws when none comes in time */
  async waitFor(fits: (answer: Answer) => boolean, timeoutMs: number): Promise<Answer> {
    const begunAt = performance.now();
    while (performance.now() < begunAt + timeoutMs) {
      const found = this.firstAfter(begunAt, fits);
      if (found !== undefined) return found;
      await sleep(5);
    }
    throw new Error(`no such answer within ${timeoutMs} ms`);
  }

  /** Resolves when every call has been answered. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.running);
    this.agent.destroy();
  }

  private async run(caller: number): Promise<void> {
    for (let call = 0; !this.isStopped; call += 1) {
      const id = `c${caller}-${call}`;
      const askedAt = performance.now();
      const status = await this.ask(caller, call, id);
      this.answers.push({ id, status, askedAt, answeredAt: performance.now() });
      if (status === 503) await sleep(PAUSE_MS);
    }
  }

  /** Two reads, then a write. */
  private ask(caller: number, call: number, id: string): Promise<number> {
    const uri = `yaml://secret/app/caller-${caller}#key`;
    const body = call % 3 === 0 ? JSON.stringify({ uri, value: call }) : undefined;
    const path = body === undefined ? `/value?uri=${encodeURIComponent(uri)}` : '';
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}/api/secrets${path}`, {
        agent: this.agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'X-Correlation-Id': id, ...(body && { 'Content-Type': 'application/json' }) },
      });
      asked.on('response', (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
