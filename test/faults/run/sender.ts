import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import type { Answered, Intent, SecretClient } from './secret-client.js';

/** How a client gets one operation done over several processes. */
export interface Sender {
  send(uri: string, intent: Intent, random: SeededRandom): Promise<Answered>;
}

/** Once, to whichever process. */
export class PlainSender implements Sender {
  constructor(
    private readonly client: SecretClient,
    private readonly urls: readonly string[],
  ) {}

  send(uri: string, intent: Intent, random: SeededRandom): Promise<Answered> {
    return this.client.perform(this.urls[random.below(this.urls.length)] ?? '', uri, intent);
  }
}

/** Not the last word on a request with a key: sent again, it is tried again. */
const NOT_FINAL: ReadonlySet<string> = new Set([
  'IDEMPOTENCY_IN_PROGRESS',
  'OVERLOADED',
  'PROVIDER_ERROR',
  'PROVIDER_OVERLOADED',
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNAVAILABLE',
  'STATE_UNAVAILABLE',
  'WRITE_CONFLICT',
]);
const PAUSE_MS = 100;

/** Each write bears an Idempotency-Key and is sent again, to whichever process, until its outcome is known. */
export class OnceSender implements Sender {
  /** How often a request was sent again. */
  repeatCount = 0;

  /** @param patienceMs after which a client takes the last answer for what it is */
  constructor(
    private readonly client: SecretClient,
    private readonly urls: readonly string[],
    private readonly patienceMs: number,
  ) {}

  async send(uri: string, intent: Intent, random: SeededRandom): Promise<Answered> {
    const key = intent.values === undefined ? undefined : randomUUID();
    const untilMs = performance.now() + this.patienceMs;
    let wasSent = false;
    for (;;) {
      const url = this.urls[random.below(this.urls.length)] ?? '';
      const answer = await this.client.perform(url, uri, intent, key);
      wasSent ||= answer !== 'not-sent';
      if (key === undefined || !wasSent || isFinal(answer)) return answer;
      if (performance.now() > untilMs) return { kind: 'unknown', code: 'never settled' };
      this.repeatCount += 1;
      await sleep(PAUSE_MS);
    }
  }
}

function isFinal(answer: Answered): boolean {
  if (answer === 'not-sent' || answer.kind === 'unknown') return false;
  return answer.kind !== 'refused' || !NOT_FINAL.has(answer.code);
}
