import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import type { PolicyDecision, PolicyHealth, PolicyQuestion } from '../ports/policy-decision.port.js';

const UNBOUNDED = { ttlSeconds: undefined, maxUses: undefined } as const;

/** Authorization switched off: permits everything and marks every decision as `unenforced`. */
@Injectable()
export class PermitAllPdp extends PolicyDecisionPoint {
  override readonly engine = 'none';
  override readonly generation = 'unenforced';

  override needsFacts(questions: readonly PolicyQuestion[]): readonly boolean[] {
    return questions.map(() => false);
  }

  override decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]> {
    return Promise.resolve(
      questions.map(() => ({
        effect: 'permit',
        decisionId: `unenforced-${randomUUID()}`,
        bounds: UNBOUNDED,
      })),
    );
  }

  override checkHealth(): Promise<PolicyHealth> {
    return Promise.resolve({ usable: true, state: 'unenforced' });
  }
}
