import { SecretError } from '../../secrets/secret.errors.js';
import type { JsonObject } from '../../secrets/json.js';
import { findObject } from './kv2.answer.js';
import type { Kv2Answer } from './kv2.answer.js';
import type { Kv2Client } from './kv2.client.js';
import { failureOfAnswer } from './kv2.failures.js';
import { leaseOf } from './token-lease.js';
import type { TokenLease } from './token-lease.js';

/** The store's calls about tokens, one method each. None of them waits for a token. */
export class Kv2TokenApi {
  constructor(private readonly client: Kv2Client) {}

  /** AppRole. @throws Kv2Failure PROVIDER_DENIED where the store does not take the role */
  async logIn(roleId: string, secretId: string | undefined): Promise<TokenLease> {
    const body = { role_id: roleId, ...(secretId === undefined ? {} : { secret_id: secretId }) };
    const answer = await this.client.send({ method: 'POST', path: 'auth/approle/login', body }, undefined);
    const lease = findGrantedLease(answer);
    if (lease !== undefined) return lease;
    // "invalid role or secret ID" and a mount without AppRole: the credential of the service is of no use.
    if (answer.status === 400 || answer.status === 404) throw denied();
    throw failureOfAnswer(answer);
  }

  /** Undefined where the store does not renew it: not renewable, past its maximum life (which may answer 500), dead. */
  async renew(token: string): Promise<TokenLease | undefined> {
    const answer = await this.client.send({ method: 'POST', path: 'auth/token/renew-self', body: {} }, token);
    return findGrantedLease(answer);
  }

  /** Undefined for a dead token. @throws Kv2Failure where the store does not say */
  async lookUp(token: string): Promise<TokenLease | undefined> {
    const answer = await this.client.send({ method: 'GET', path: 'auth/token/lookup-self' }, token);
    if (answer.status === 403) return undefined;
    const data = findObject(answer.body, 'data');
    if (answer.status !== 200 || data === undefined) throw failureOfAnswer(answer);
    return leaseOf(token, data.renewable === true, secondsOf(data, 'ttl'));
  }
}

function findGrantedLease({ status, body }: Kv2Answer): TokenLease | undefined {
  const auth = status === 200 ? findObject(body, 'auth') : undefined;
  if (typeof auth?.client_token !== 'string' || auth.client_token === '') return undefined;
  return leaseOf(auth.client_token, auth.renewable === true, secondsOf(auth, 'lease_duration'));
}

function secondsOf(object: JsonObject, key: string): number {
  const seconds = object[key];
  return typeof seconds === 'number' && seconds > 0 ? seconds : 0;
}

function denied(): SecretError {
  return new SecretError('PROVIDER_DENIED', 'The store does not accept the credential of the service.');
}
