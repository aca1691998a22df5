import type { Kv2Answer } from './kv2.answer.js';
import type { Kv2Client, Kv2Request } from './kv2.client.js';
import { beforehand } from './kv2.failure.js';
import type { Kv2Login } from './kv2.login.js';

/** Calls with the service's credential. A dead token costs one new login and one more try. */
export class Kv2Session {
  constructor(
    private readonly client: Kv2Client,
    private readonly login: Kv2Login,
  ) {}

  /** The answer whatever its status; a 403 is a refusal by policy, or by a credential that cannot be replaced. */
  async call(request: Kv2Request): Promise<Kv2Answer> {
    const token = await beforehand(this.login.getToken());
    const sentAtMs = performance.now();
    const answer = await this.client.send(request, token);
    if (answer.status !== 403) return answer;
    const replacement = await beforehand(this.login.findReplacement(token, sentAtMs));
    if (replacement === undefined) return answer;
    const resentAtMs = performance.now();
    const second = await this.client.send(request, replacement);
    if (second.status === 403) await this.login.noteRefusal(replacement, resentAtMs);
    return second;
  }
}
