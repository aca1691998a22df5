import { Module } from '@nestjs/common';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { BearerOnlyConstraint } from './bearer-only.constraint.js';
import { IssuerKeys } from './issuer-keys.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KeySource } from './key-source.js';
import { SenderConstraint } from './sender-constraint.js';
import { TokenSignature } from './token-signature.js';
import { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

@Module({
  providers: [
    AuthenticationGuard,
    Authenticator,
    IssuerKeys,
    JwtStrategy,
    KeySource,
    { provide: SenderConstraint, useClass: BearerOnlyConstraint },
    TokenSignature,
    TokenVerifier,
    VerifiedTokens,
  ],
  exports: [AuthenticationGuard],
})
export class AuthModule {}
