import { SecretError } from '../../secrets/secret.errors.js';
import type { ErrorCode, ErrorFacts } from '../../secrets/secret.errors.js';

/** `none`: the store certainly did nothing; `possible`: it may have carried the call out all the same. */
export type PossibleEffect = 'none' | 'possible';

interface FailureOptions extends ErrorOptions {
  readonly detail?: string | undefined;
  readonly facts?: ErrorFacts;
}

/** A call to the store that failed: the code that the caller is told, and what the store may have done. */
export class Kv2Failure extends SecretError {
  constructor(
    code: ErrorCode,
    readonly effect: PossibleEffect,
    { detail, facts, ...options }: FailureOptions = {},
  ) {
    super(code, detail, facts, options);
  }
}

/** A step before the change itself, such as a login: what fails in it has changed nothing. */
export async function beforehand<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof Kv2Failure)) throw error;
    const { code, detail, facts, cause } = error;
    throw new Kv2Failure(code, 'none', { detail, facts, cause });
  }
}
