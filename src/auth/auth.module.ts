import { Module } from '@nestjs/common';
import { StateModule } from '../state/state.module.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { ClientCertificates } from './certificate/client-certificates.js';
import { ProofVerifier } from './dpop/proof.verifier.js';
import { IssuerKeys } from './issuer-keys.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KeyBoundConstraint } from './key-bound.constraint.js';
import { KeySource } from './key-source.js';
import { SenderConstraint } from './sender-constraint.js';
import { SingleUse } from './single-use.js';
import { TokenSignature } from './token-signature.js';
import { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

@Module({
  imports: [StateModule],
  providers: [
    AuthenticationGuard,
    Authenticator,
    ClientCertificates,
    IssuerKeys,
    JwtStrategy,
    KeySource,
    ProofVerifier,
    { provide: SenderConstraint, useClass: KeyBoundConstraint },
    SingleUse,
    TokenSignature,
    TokenVerifier,
    VerifiedTokens,
  ],
  exports: [AuthenticationGuard],
})
export class AuthModule {}
