import type { SchemaObject } from '@nestjs/swagger';
import type {
  AuditHealthDto,
  HealthDto,
  LivenessDto,
  PolicyHealthDto,
  StateHealthDto,
  StoreHealthDto,
} from '../dto/health.dto.js';
import { ref } from './field-schemas.js';
import { objectSchema } from './object-schema.js';

const STATUS = { type: 'string', enum: ['ok', 'unavailable'], example: 'ok' };
const STATE_DESCRIPTION = 'The Redis that processes share, where one is configured.';
const STATE_STATUS = { ...STATUS, description: 'Whether it takes a write.' };

const AUDIT_DESCRIPTION = 'The audit trail, where it is kept in a file.';
const AUDIT_STATUS = { ...STATUS, description: 'Whether it takes records.' };

const POLICY_DESCRIPTION = 'The policy decision point, where authorization is on.';
const POLICY_STATUS = { ...STATUS, description: 'Whether it can decide.' };
const POLICY_STATE = {
  type: 'string',
  description: 'Its state: `ok`, `reload-failed` (the policies before still decide) or `unreachable`.',
  example: 'ok',
};

/** Answers about the service itself, by the names in the document. */
export const SERVICE_SCHEMAS = {
  Liveness: objectSchema<LivenessDto>(
    'The process answers.',
    { status: { type: 'string', enum: ['ok'], description: 'Always `ok`.', example: 'ok' } },
    {},
  ),
  StoreHealth: objectSchema<StoreHealthDto>(
    'The state of one store.',
    {
      status: { ...STATUS, description: 'Whether the store is usable.' },
      state: {
        type: 'string',
        description: "The store's own word, such as `active`, `sealed` or `unreachable`.",
        example: 'active',
      },
    },
    {},
  ),
  Health: objectSchema<HealthDto>(
    'The state of the service.',
    {
      status: {
        ...STATUS,
        description: 'Whether every configured store, the shared state and the decision point are usable.',
      },
      stores: {
        type: 'object',
        additionalProperties: ref('StoreHealth'),
        description: 'The configured stores by their schemes.',
        example: { yaml: { status: 'ok', state: 'active' } },
      },
      state: {
        ...objectSchema<StateHealthDto>(STATE_DESCRIPTION, { status: STATE_STATUS }, {}),
        description: STATE_DESCRIPTION,
      },
      policy: {
        ...objectSchema<PolicyHealthDto>(
          POLICY_DESCRIPTION,
          { status: POLICY_STATUS, state: POLICY_STATE },
          {},
        ),
        description: POLICY_DESCRIPTION,
      },
      audit: {
        ...objectSchema<AuditHealthDto>(AUDIT_DESCRIPTION, { status: AUDIT_STATUS }, {}),
        description: AUDIT_DESCRIPTION,
      },
    },
    { state: true, policy: true, audit: true },
  ),
} as const satisfies Record<string, SchemaObject>;
