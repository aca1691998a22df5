import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import { Grant } from '../secrets/grant.js';
import { SecretError } from '../secrets/secret.errors.js';
import { OutcomeRecorder } from './outcome.recorder.js';
import { contextOf } from '../context/request-context.js';
import type { RequestContext } from '../context/request-context.js';

/** What the recorder wants to know of an answer. */
interface VersionedAnswer {
  readonly version?: number | undefined;
}

/**
 * Stands around every handler: nothing is called without a grant, and no answer leaves before its record stands.
 * What fails is recorded where failures are answered, in the problem filter.
 */
@Injectable()
export class PepInterceptor implements NestInterceptor {
  constructor(
    private readonly enforcement: PolicyEnforcementPoint,
    private readonly recorder: OutcomeRecorder,
  ) {}

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const context = contextOf(execution.switchToHttp().getRequest<object>());
    if (context.operation === undefined) return next.handle();
    this.recorder.checkWritable();
    await this.authorize(context);
    return next.handle().pipe(
      mergeMap(async (answer: VersionedAnswer | undefined) => {
        await this.recorder.recordSuccess(context, answer?.version);
        return answer;
      }),
    );
  }

  /** Every part of the request gets its grant or its refusal; the first refusal is the one that is answered. */
  private async authorize(context: RequestContext): Promise<void> {
    const { operation, resource, caller, correlationId, needsVersions, further = [] } = context;
    if (operation === undefined || resource === undefined || caller === undefined) {
      throw new Error('the request reached the enforcement point without caller or address');
    }
    const [first, ...others] = await this.enforcement.authorizeEach([
      { operation, resource, caller, correlationId, needsVersions: needsVersions && further.length === 0 },
      ...further.map((part) => ({ ...part, caller, correlationId, needsVersions })),
    ]);
    if (first instanceof Grant) context.grant = first;
    further.forEach((part, index) => {
      const outcome = others[index];
      if (outcome instanceof Grant) part.grant = outcome;
      else if (outcome !== undefined) part.refusal = outcome;
    });
    const refusal = [first, ...others].find((outcome) => outcome instanceof SecretError);
    if (refusal !== undefined) throw refusal;
    if (context.grant === undefined) throw new SecretError('PDP_UNAVAILABLE');
  }
}
