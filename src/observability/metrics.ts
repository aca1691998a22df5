import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { ERROR_CATALOGUE } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';

/** Seconds; from a warm read of the YAML store to the time-out of a slow one. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const utilizationSinceLastCall = watchUtilization();
/** Gauges that are named like counters, which linters of the format complain of; the same numbers stand by type. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Calls to one store: those under way, and those that wait. */
interface StoreQueue {
  readonly inFlight: number;
  readonly length: number;
}

/**
 * Every metric of the service, by name, in one place, and with docs/metrics.md generated from it. Labels are bounded:
 * route templates, schemes, codes. A metric that is registered nowhere here is, by whoever it depends on.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly buildInfo = new Gauge({
    name: 'secrets_build_info',
    help: 'Always 1: which version of the service, of which commit where BUILD_REVISION says it, on which Node.',
    labelNames: ['version', 'revision', 'node'] as const,
    registers: [this.registry],
  });

  readonly httpRequests = new Counter({
    name: 'secrets_http_requests_total',
    help: 'Answered HTTP requests by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [this.registry],
  });

  readonly httpDuration = new Histogram({
    name: 'secrets_http_request_duration_seconds',
    help: 'Time from the first step of a request to its answer.',
    labelNames: ['method', 'route'] as const,
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });

  readonly httpInFlight = new Gauge({
    name: 'secrets_http_requests_in_flight',
    help: 'HTTP requests that are not answered yet; readers of the event stream count too.',
    registers: [this.registry],
  });

  readonly httpErrors = new Counter<'code'>({
    name: 'secrets_http_errors_total',
    help: 'Requests that were answered with an error, by its code (docs/errors.md).',
    labelNames: ['code'],
    registers: [this.registry],
  });

  readonly tokenCache = new Counter({
    name: 'secrets_token_cache_lookups_total',
    help: 'Access tokens looked up among the verified ones: hit, or miss where a signature had to be verified.',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });

  readonly httpConnectionsRefused = new Counter({
    name: 'secrets_http_connections_refused_total',
    help: 'Connections that were closed at once, since there were HTTP_MAX_CONNECTIONS already.',
    registers: [this.registry],
  });

  readonly providerCalls = new Counter({
    name: 'secrets_provider_calls_total',
    help: 'Operations asked of a provider; the outcome is ok or the error code.',
    labelNames: ['provider', 'operation', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly providerDuration = new Histogram({
    name: 'secrets_provider_call_duration_seconds',
    help: 'Time of an operation asked of a provider.',
    labelNames: ['provider', 'operation'] as const,
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });

  readonly circuitState = new Gauge({
    name: 'secrets_provider_circuit_state',
    help: 'Whether a store is left alone: 0 closed (it is called), 1 half-open (one call tries), 2 open.',
    labelNames: ['provider'] as const,
    registers: [this.registry],
  });

  readonly callsInFlight = new Gauge({
    name: 'secrets_provider_calls_in_flight',
    help: 'Calls to a store that are under way.',
    labelNames: ['provider'] as const,
    registers: [this.registry],
    collect: () => {
      for (const [provider, { inFlight }] of this.queues) this.callsInFlight.set({ provider }, inFlight);
    },
  });

  readonly callsWaiting = new Gauge({
    name: 'secrets_provider_calls_waiting',
    help: 'Calls that wait for others to the same store to end.',
    labelNames: ['provider'] as const,
    registers: [this.registry],
    collect: () => {
      for (const [provider, { length }] of this.queues) this.callsWaiting.set({ provider }, length);
    },
  });

  readonly stampFailures = new Counter({
    name: 'secrets_metadata_stamp_failures_total',
    help: 'Secrets that were written while created_by, created_at and owner could not be stamped.',
    labelNames: ['provider'] as const,
    registers: [this.registry],
  });

  readonly unspellableNames = new Counter({
    name: 'secrets_unspellable_names_total',
    help: 'Names that a listing met in a store and left out, since no address can spell them.',
    labelNames: ['provider'] as const,
    registers: [this.registry],
  });

  readonly keyFetches = new Counter({
    name: 'secrets_idp_key_fetches_total',
    help: "Fetches of the identity provider's keys; the outcome is ok or failed.",
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly keysFetchedAt = new Gauge({
    name: 'secrets_idp_keys_last_success_timestamp_seconds',
    help: "When the identity provider's keys were fetched last, 0 for never; absent without an identity provider.",
    registers: [],
  });

  readonly decisions = new Counter({
    name: 'secrets_policy_decisions_total',
    help: 'Decisions by engine and outcome: permit, deny, unknown-obligation, none; grant and denial: kept ones.',
    labelNames: ['engine', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly decisionDuration = new Histogram({
    name: 'secrets_policy_decision_duration_seconds',
    help: 'Time of one list of questions to the policy engine; facts that are read from a store before are not in it.',
    labelNames: ['engine'] as const,
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });

  readonly grants = new Counter({
    name: 'secrets_grants_total',
    help: 'Permits that may be used more than once: made (kept), used (without asking again), ended (by a change of owner, once for each change).',
    labelNames: ['event'] as const,
    registers: [this.registry],
  });

  readonly denialsCached = new Counter({
    name: 'secrets_policy_denials_cached_total',
    help: 'Denials that were remembered; how often one was used stands in secrets_policy_decisions_total.',
    registers: [this.registry],
  });

  readonly policyLoads = new Counter({
    name: 'secrets_policy_loads_total',
    help: 'Loads of the policy folder that brought other policies (ok) or failed anew (failed).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly policiesStale = new Gauge({
    name: 'secrets_policies_stale',
    help: '1 where the policy folder cannot be used and the policies before it still decide, else 0; absent without Cedar.',
    registers: [],
  });

  readonly policyFaults = new Counter({
    name: 'secrets_policy_evaluation_failures_total',
    help: 'Policies that failed while they were evaluated, each of which is a deny.',
    registers: [this.registry],
  });

  readonly idempotentRequests = new Counter({
    name: 'secrets_idempotent_requests_total',
    help: 'Requests with an Idempotency-Key: begun, resumed after a crash, replayed, running already, different.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly auditRecords = new Counter({
    name: 'secrets_audit_records_total',
    help: 'Audit records by outcome: kept, or failed where a sink could not write one.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly auditPending = new Gauge({
    name: 'secrets_audit_pending_records',
    help: 'Audit records that wait to be written to the file.',
    registers: [this.registry],
  });

  readonly auditWait = new Histogram({
    name: 'secrets_audit_wait_duration_seconds',
    help: 'Time that a request waited until its record stood in the audit file: the queue, the append and the flush.',
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });

  readonly auditCommit = new Histogram({
    name: 'secrets_audit_commit_duration_seconds',
    help: 'Time of one append to the audit file with its flush to the disk, for a group of records.',
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });

  readonly auditFileUsable = new Gauge({
    name: 'secrets_audit_file_usable',
    help: '1 where the audit file takes records, 0 where it does not; absent without a file.',
    registers: [],
  });

  readonly auditKafkaRecords = new Counter({
    name: 'secrets_audit_kafka_records_total',
    help: 'Audit records by what came of them in Kafka: delivered, or failed where they will not arrive.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly auditKafkaPending = new Gauge({
    name: 'secrets_audit_kafka_pending_messages',
    help: 'Messages that wait to be taken by Kafka.',
    registers: [this.registry],
  });

  readonly auditKafkaUsable = new Gauge({
    name: 'secrets_audit_kafka_usable',
    help: '1 where Kafka takes audit records, 0 where it does not; absent without Kafka.',
    registers: [],
  });

  /** One series at a time: whoever keeps it from outside can tell a trail whose end was cut. */
  readonly auditHead = new Gauge({
    name: 'secrets_audit_head_seq',
    help: 'Sequence number of the last line of the audit file, with its hash; renewed every minute.',
    labelNames: ['hash'] as const,
    registers: [this.registry],
  });

  readonly auditStreams = new Gauge({
    name: 'secrets_audit_streams',
    help: 'Readers that follow the event stream.',
    registers: [this.registry],
  });

  readonly auditStreamsDropped = new Counter({
    name: 'secrets_audit_streams_dropped_total',
    help: 'Readers of the event stream that were too slow and were cut off.',
    registers: [this.registry],
  });

  readonly traceSpans = new Counter({
    name: 'secrets_trace_spans_total',
    help: 'Spans that ended and are sampled, by outcome: exported, failed (the collector did not take them), dropped (the queue was full).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  /** A process that is always busy is full, however fast each of its answers still is. */
  readonly eventLoopUtilization = new Gauge({
    name: 'secrets_event_loop_utilization_ratio',
    help: 'Share of the time since the scrape before in which the event loop was busy, 0 to 1.',
    registers: [this.registry],
    collect(): void {
      this.set(utilizationSinceLastCall());
    },
  });

  private readonly queues = new Map<string, StoreQueue>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    // A series that begins with its first failure has no increase to alert on.
    for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) this.httpErrors.inc({ code }, 0);
    for (const outcome of ['kept', 'failed']) this.auditRecords.inc({ outcome }, 0);
  }

  /** The queue is read whenever somebody asks for the metrics. */
  watchStoreQueue(provider: string, queue: StoreQueue): void {
    this.circuitState.set({ provider }, 0);
    this.queues.set(provider, queue);
  }
}

function watchUtilization(): () => number {
  let seen = performance.eventLoopUtilization();
  return () => {
    const before = seen;
    seen = performance.eventLoopUtilization();
    return performance.eventLoopUtilization(seen, before).utilization;
  };
}
