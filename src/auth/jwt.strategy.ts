import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import type { SecretOrKeyProvider } from 'passport-jwt';
import { Authenticator } from './authenticator.js';

/** Never asked, since `authenticate` is our own: were it asked after all, no token would pass. */
const NO_KEY: SecretOrKeyProvider = (_request, _token, done) => {
  done(new Error('tokens are verified by the authenticator'));
};

/** A request on its way through passport; taken out again as soon as passport is done. */
export interface Visit {
  request: Request | undefined;
}

/**
 * The strategy of passport-jwt with the verification replaced: passport-jwt alone takes tokens without `exp`, of any
 * `typ`, with an unknown `crit`, and knows no EdDSA.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) implements OnModuleInit, OnModuleDestroy {
  /** Passport keeps strategies by name for the whole process; two applications in one must not meet. */
  override readonly name = `access-token-${randomUUID()}`;

  constructor(private readonly authenticator: Authenticator) {
    super({ jwtFromRequest: () => null, secretOrKeyProvider: NO_KEY });
  }

  onModuleInit(): void {
    passport.use(this.name, this);
  }

  onModuleDestroy(): void {
    passport.unuse(this.name);
  }

  /** Passport calls it on an object of each request that has this strategy as its prototype. */
  override authenticate(visit: Request | Visit): void {
    const { request } = visit as Visit;
    if (request === undefined) throw new Error('nobody is there to be identified');
    this.authenticator.identify(request).then(
      (caller) => this.success(caller),
      (failure: Error) => this.error(failure),
    );
  }

  override validate(): never {
    throw new Error('tokens are verified by the authenticator');
  }
}
