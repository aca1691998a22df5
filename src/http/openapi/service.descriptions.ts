import type { OperationDescription } from './operation-description.js';

const STORE_OK = { status: 'ok', state: 'active' };

/** Routes that touch no secret. */
export const SERVICE_DESCRIPTIONS = {
  checkLiveness: {
    summary: 'Whether the process answers',
    description: 'Asks no store.',
    parameters: [],
    answers: {
      200: {
        description: 'It does.',
        schema: 'Liveness',
        examples: { ok: { summary: 'Alive', value: { status: 'ok' } } },
      },
    },
    problems: [],
  },
  checkReadiness: {
    summary: 'Whether every configured store and the shared state are usable',
    description:
      'Names the stores by their schemes and tells no addresses. `state` is there where it is in Redis, `audit` where records are kept in a file; an audit file that takes no records makes the service unavailable under `AUDIT_MODE=required` only.',
    parameters: [],
    answers: {
      200: {
        description: 'Everything that is configured is usable.',
        schema: 'Health',
        examples: {
          ok: { summary: 'Ready', value: { status: 'ok', stores: { yaml: STORE_OK } } },
        },
      },
      503: {
        description:
          'A store or the shared state is not usable. This is no problem document, but the same body as of 200.',
        schema: 'Health',
        examples: {
          sealed: {
            summary: 'One store is sealed',
            value: {
              status: 'unavailable',
              stores: { yaml: STORE_OK, 'openbao+kv2': { status: 'unavailable', state: 'sealed' } },
            },
          },
          withoutState: {
            summary: 'The shared state is away',
            value: {
              status: 'unavailable',
              stores: { yaml: STORE_OK },
              state: { status: 'unavailable' },
            },
          },
        },
      },
    },
    problems: [],
  },
  readMetrics: {
    summary: 'Metrics for Prometheus',
    description:
      'Requests by route and status, provider calls by provider, operation and outcome, durations. No addresses.',
    parameters: [],
    answers: {
      200: {
        description: 'The metrics in the text format of Prometheus.',
        mediaType: 'text/plain',
        schema: { type: 'string' },
        examples: {
          text: {
            summary: 'One counter',
            value:
              '# TYPE secrets_http_requests_total counter\nsecrets_http_requests_total{method="GET",route="/api/secrets/value",status="200"} 12\n',
          },
        },
      },
    },
    problems: [],
  },
  getOpenApiDocument: {
    summary: 'This document',
    description: 'The OpenAPI document of the running service.',
    parameters: [],
    answers: {
      200: {
        description: 'An OpenAPI document in JSON.',
        schema: { type: 'object', additionalProperties: true },
        examples: {
          head: {
            summary: 'Its head',
            value: { openapi: '3.0.3', info: { title: 'Secrets API', version: '0.1.0' }, paths: {} },
          },
        },
      },
    },
    problems: [],
  },
} as const satisfies Record<string, OperationDescription>;
