import { ProofKey } from '../unit/auth/dpop/proof-key.js';
import type { LeakStage } from './leak-stage.js';
import { OPERATION_REQUESTS } from './operation-requests.js';
import type { AddressedOperation, ApiCall } from './operation-requests.js';
import { exchange } from './raw-exchange.js';
import type { RawAnswer } from './raw-exchange.js';

/** An address that nobody else has: all of its parts are canaries. */
export interface OwnAddress {
  readonly uri: string;
  readonly key: string;
  readonly parts: readonly string[];
}

interface Contents {
  readonly value?: string;
  readonly owner?: string;
  readonly headers?: SentHeaders;
  /** In place of a token that is bound to a key, and a proof. */
  readonly credentials?: SentHeaders;
}

export type SentHeaders = Readonly<Record<string, string>>;

const READS: readonly string[] = ['readSecret', 'readSecretValue'];
const METADATA: readonly string[] = ['getMetadata', 'listMetadata', 'updateOwner'];

/** Calls as clients send them, a token and a proof of its own with each, and a look at each answer. */
export class LeakCaller {
  readonly #key = new ProofKey();
  #token: Promise<string> | undefined;
  /** Of each answer, so that a run can show that it met what it was to meet. */
  readonly statuses = new Map<number, number>();

  constructor(private readonly stage: LeakStage) {}

  makeAddress(scheme = 'openbao+kv2'): OwnAddress {
    const [folder, name, key] = ['folder', 'name', 'key'].map((kind) => this.make(`address: ${kind}`)) as [
      string,
      string,
      string,
    ];
    return { uri: `${scheme}://secret/e-${folder}/${name}`, key, parts: [folder, name, key] };
  }

  make(kind: string): string {
    return this.stage.parts.canaries.make(kind);
  }

  /** A well-formed call of an operation; the value and the owner are canaries too. */
  async operate(
    operation: AddressedOperation,
    address: OwnAddress,
    { value = this.make('value'), owner = this.make('owner'), headers, credentials }: Contents = {},
  ): Promise<RawAnswer> {
    const call = OPERATION_REQUESTS[operation](address.uri, { value: { [address.key]: value }, owner });
    const mayShow = [
      ...address.parts,
      ...(READS.includes(operation) ? [value] : []),
      ...(METADATA.includes(operation) ? [owner] : []),
    ];
    return this.send(call, mayShow, { ...(credentials ?? (await this.prove(call))), ...headers });
  }

  /** @param mayShow canaries that the caller has a right to see in this answer */
  async send(call: ApiCall, mayShow: readonly string[], headers: SentHeaders): Promise<RawAnswer> {
    const naughty = { 'x-api-key': this.make('header'), referer: `http://x/${this.make('header')}` };
    const answer = await exchange(this.stage.service.url, call, { ...naughty, ...headers });
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    this.expectNothingIn(`${answer.rawHeaders.join('\n')}\n${answer.body}`, mayShow);
    return answer;
  }

  /** The headers of a caller with a token that is bound to a key, and its proof for this call. */
  async prove(call: ApiCall): Promise<Record<string, string>> {
    const accessToken = await (this.#token ??= this.sign({ cnf: { jkt: this.#key.jkt } }));
    const htu = `${this.stage.service.url}/api/secrets${call.path.split('?')[0] ?? ''}`;
    const jti = this.make('proof id');
    const proof = this.#key.prove({ htm: call.method, htu, accessToken }, {}, { jti });
    // What the proof says would show its jti, in base64 too.
    this.stage.parts.canaries.watch(proof.split('.')[2] ?? '', 'proof');
    return { authorization: `DPoP ${accessToken}`, dpop: proof };
  }

  async sign(claims: object, header: object = {}): Promise<string> {
    const token = await this.stage.parts.issuer.sign({ sub: 'writer', ...claims }, header);
    return this.stage.parts.canaries.watchToken(token);
  }

  expectNothingIn(text: string, mayShow: readonly string[] = []): void {
    const { canaries } = this.stage.parts;
    expect(canaries.find(text, mayShow).map((canary) => [canaries.kindOf(canary), canary])).toEqual([]);
  }
}
