import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SCHEMES } from '../secrets/address-grammar.js';
import type { Scheme } from '../secrets/address-grammar.js';

/** Requests on secrets that are under way at once: more than all stores take, few enough for their bodies in memory. */
export const MAX_IN_FLIGHT = 1_024;
/** One for all: under a flood even the stack of an error would be too much. */
const OVERLOADED = new SecretError('OVERLOADED', undefined, { retryAfterSeconds: 1 });
/** The scheme of the address in a query, as it is written and as it is encoded. */
const ADDRESSED = /[?&](?:uri|prefix)=([a-z]+(?:(?:\+|%2b| )[a-z0-9]+)?)(?::|%3a)/i;

/**
 * Refuses what could not be done anyway, before a token is verified or a byte of a body read: under a flood a refusal
 * has to cost a fraction of an answer, or refusing is all that the service gets to do.
 */
@Injectable()
export class Admission {
  private inFlight = 0;

  constructor(private readonly providers: SecretProviders) {}

  /** @returns why the request is refused: the service is full, or the store that its query names refuses every call */
  findRefusal(request: Pick<Request, 'url'>): SecretError | undefined {
    const scheme = findScheme(request.url);
    const isFull =
      this.inFlight >= MAX_IN_FLIGHT || (scheme !== undefined && this.providers.isOverloaded(scheme));
    return isFull ? OVERLOADED : undefined;
  }

  /** Counts a request until the function that it gives is called. */
  enter(): () => void {
    this.inFlight += 1;
    return () => {
      this.inFlight -= 1;
    };
  }
}

/** A guess that is enough to refuse by: the form of the request is read later, and strictly. */
function findScheme(url: string): Scheme | undefined {
  const written = ADDRESSED.exec(url)?.[1]?.toLowerCase().replace(/%2b| /, '+');
  return SCHEMES.find((scheme) => scheme === written);
}
