import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../context/request-context.js';
import { Log } from '../observability/log.js';
import { OutcomeRecorder } from '../pep/outcome.recorder.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import type { ChangeAttempt } from '../ports/secret-provider.port.js';
import { Grant } from '../secrets/grant.js';
import type { OperationId } from '../secrets/operations.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';
import type { SecretChange } from '../secrets/secret-change.js';
import type { SecretUri } from '../secrets/secret-uri.js';
import type { IdempotentRequest } from './idempotent-request.js';
import { Idempotency } from './idempotency.service.js';
import type { Once } from './idempotency.service.js';
import { SecretsService } from './secrets.service.js';
import { VersionsService } from './versions.service.js';
import type { WorkAttempt } from './work-attempt.js';

/** Secrets that are worked on at once. */
const LANES = 8;

export type BulkOperationName = 'set' | 'delete' | 'undelete' | 'destroy' | 'rotate';

/** What one operation does under its grant. */
export type BulkAction =
  | { readonly kind: 'change'; readonly change: SecretChange }
  | { readonly kind: 'delete' | 'destroy' }
  | { readonly kind: 'undelete' | 'destroy-versions'; readonly versions: readonly number[] };

/** One operation as it was understood, or why it could not be: a wrong address or value fails it alone. */
export interface BulkStep {
  readonly op: BulkOperationName;
  /** As it was sent. */
  readonly uri: string;
  readonly operation: OperationId;
  readonly work: { readonly resource: SecretUri; readonly action: BulkAction } | SecretError;
}

export interface BulkRequest {
  readonly steps: readonly BulkStep[];
  readonly continueOnError: boolean;
}

/** An outcome as it is kept for a request with an Idempotency-Key. */
type KeptOutcome = 'done' | 'skipped' | { readonly code: ErrorCode; readonly detail: string };

/** `done`, `skipped`, or the failure. */
export type BulkOutcome = 'done' | 'skipped' | SecretError;

interface Task {
  readonly index: number;
  readonly step: BulkStep;
  readonly context: RequestContext;
  /** What refused it before anything was done. */
  readonly refusal: SecretError | undefined;
}

/** Many operations in one call: each with its own grant and record, those on one secret in their order. */
@Injectable()
export class BulkService {
  constructor(
    private readonly enforcement: PolicyEnforcementPoint,
    private readonly recorder: OutcomeRecorder,
    private readonly secrets: SecretsService,
    private readonly versions: VersionsService,
    private readonly idempotency: Idempotency,
    private readonly log: Log,
  ) {}

  /**
   * One outcome for each step, in their order. Of an earlier request with the same Idempotency-Key they are the ones of
   * that, but for steps that the caller may not do any more.
   * @throws SecretError AUDIT_UNAVAILABLE before anything is done, and what Idempotency.run throws
   */
  async run(
    request: RequestContext,
    bulk: BulkRequest,
    idempotentRequest: IdempotentRequest | undefined,
  ): Promise<Once<readonly BulkOutcome[]>> {
    this.recorder.checkWritable();
    const tasks = await this.authorize(request, bulk.steps);
    const { outcome, isReplayed } = await this.idempotency.run(idempotentRequest, async (attempt) => {
      const carryOut = bulk.continueOnError
        ? this.runAll(tasks, attempt)
        : this.runUntilFailure(tasks, attempt);
      return (await carryOut).map(keptOf);
    });
    const outcomes = outcome.map(outcomeOf);
    return { outcome: isReplayed ? await this.recordAgain(tasks, outcomes) : outcomes, isReplayed };
  }

  private async authorize(request: RequestContext, steps: readonly BulkStep[]): Promise<readonly Task[]> {
    const { caller, correlationId } = request;
    if (caller === undefined) throw new Error('the request has no caller');
    const accesses = steps.flatMap(({ operation, work }) =>
      work instanceof SecretError
        ? []
        : [{ operation, resource: work.resource, caller, correlationId, demandsScope: true }],
    );
    const outcomes = (await this.enforcement.authorizeEach(accesses)).values();
    return steps.map((step, index) => {
      const { operation, work } = step;
      if (work instanceof SecretError)
        return { index, step, context: { ...request, operation }, refusal: work };
      const { resource } = work;
      const outcome = outcomes.next().value ?? new SecretError('PDP_UNAVAILABLE');
      const context = {
        ...request,
        operation,
        resource,
        ...(outcome instanceof Grant && { grant: outcome }),
      };
      return { index, step, context, refusal: outcome instanceof SecretError ? outcome : undefined };
    });
  }

  private async runAll(
    tasks: readonly Task[],
    attempt: WorkAttempt | undefined,
  ): Promise<readonly BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    const lanes = Map.groupBy(tasks, ({ index, step: { work } }) =>
      work instanceof SecretError ? index : work.resource.secret().canonical,
    ).values();
    const worker = async (): Promise<void> => {
      for (const lane of lanes) {
        for (const task of lane) outcomes[task.index] = await this.runTask(task, attempt);
      }
    };
    await Promise.all(Array.from({ length: LANES }, worker));
    return outcomes;
  }

  private async runUntilFailure(
    tasks: readonly Task[],
    attempt: WorkAttempt | undefined,
  ): Promise<readonly BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for (const task of tasks) {
      const hasFailed = outcomes.some((outcome) => outcome !== 'done');
      outcomes.push(hasFailed ? 'skipped' : await this.runTask(task, attempt));
    }
    return outcomes;
  }

  private async runTask(
    { index, step, context, refusal }: Task,
    attempt: WorkAttempt | undefined,
  ): Promise<BulkOutcome> {
    try {
      if (refusal !== undefined) throw refusal;
      const version = await this.act(step, context, attempt?.change(String(index)));
      await this.recorder.recordSuccess(context, version);
      return 'done';
    } catch (error) {
      return this.fail(context, error);
    }
  }

  /** Each operation of a repeated request has its record too. */
  private recordAgain(
    tasks: readonly Task[],
    outcomes: readonly BulkOutcome[],
  ): Promise<readonly BulkOutcome[]> {
    return Promise.all(
      tasks.map(async ({ index, context, refusal }) => {
        const outcome = refusal ?? outcomes[index] ?? 'skipped';
        if (outcome instanceof SecretError) return this.fail(context, outcome);
        if (outcome === 'done') await this.recorder.recordSuccess(context, undefined);
        return outcome;
      }),
    );
  }

  private async fail(context: RequestContext, error: unknown): Promise<SecretError> {
    const { correlationId: correlation_id } = context;
    if (!(error instanceof SecretError)) this.log.fault(error, { correlation_id }, 'unexpected failure');
    const failure = error instanceof SecretError ? error : new SecretError('INTERNAL_ERROR');
    if (failure.code === 'AUDIT_UNAVAILABLE') return failure;
    try {
      await this.recorder.recordFailure(context, failure);
      return failure;
    } catch (unwritten) {
      return unwritten instanceof SecretError ? unwritten : new SecretError('AUDIT_UNAVAILABLE');
    }
  }

  /** The version that was made, where there is one. */
  private async act(
    { work }: BulkStep,
    { grant }: RequestContext,
    attempt: ChangeAttempt | undefined,
  ): Promise<number | undefined> {
    if (work instanceof SecretError || grant === undefined)
      throw new Error('the operation was not authorized');
    const { action } = work;
    const permitted = grant as Grant;
    switch (action.kind) {
      case 'change':
        return (await this.secrets.change(permitted, action.change, {}, attempt)).version;
      case 'delete':
        return (await this.secrets.delete(permitted, {}, attempt)).version;
      case 'destroy':
        return (await this.secrets.destroy(permitted, {}, attempt)).version;
      case 'undelete':
        await this.versions.undelete(permitted, action.versions);
        return undefined;
      case 'destroy-versions':
        await this.versions.destroy(permitted, action.versions);
        return undefined;
      default:
        return action satisfies never;
    }
  }
}

function keptOf(outcome: BulkOutcome): KeptOutcome {
  if (!(outcome instanceof SecretError)) return outcome;
  return { code: outcome.code, detail: outcome.detail };
}

function outcomeOf(kept: KeptOutcome): BulkOutcome {
  return typeof kept === 'string' ? kept : new SecretError(kept.code, kept.detail);
}
