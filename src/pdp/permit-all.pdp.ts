import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import type { PolicyDecision, PolicyQuestion } from '../ports/policy-decision.port.js';

/** Authorization switched off: permits everything and marks every decision as `unenforced`. */
@Injectable()
export class PermitAllPdp extends PolicyDecisionPoint {
  override decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]> {
    return Promise.resolve(
      questions.map(() => ({ effect: 'permit', decisionId: `unenforced-${randomUUID()}` })),
    );
  }
}
