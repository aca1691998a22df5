import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Seconds; from a warm read of the YAML store to the time-out of a slow one. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric of the service, by name, in one place. Labels are bounded: route templates, schemes, codes. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

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

  readonly decisions = new Counter({
    name: 'secrets_policy_decisions_total',
    help: 'Decisions by engine and outcome: permit, deny, unknown-obligation, none; grant and denial: kept ones.',
    labelNames: ['engine', 'outcome'] as const,
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

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
