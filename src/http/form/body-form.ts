import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { JsonObject } from '../../secrets/json.js';
import { Sealed } from '../../secrets/sealed.js';
import { ERROR_CATALOGUE, SecretError } from '../../secrets/secret.errors.js';
import type { ErrorCode } from '../../secrets/secret.errors.js';

export type BodyType = new () => object;

/** Put as `context` on a class-validator decorator whose failure has a code of its own. */
export interface FailsWith {
  readonly code: ErrorCode;
}

/**
 * The body as an instance of its class, checked by its decorators; no field beside them.
 * @throws SecretError INVALID_REQUEST, or the code that the decorator names
 */
export function parseBody(type: BodyType, body: JsonObject): object {
  const known = fieldsOf(type);
  if (Object.keys(body).some((name) => !known.has(name))) {
    throw new SecretError(
      'INVALID_REQUEST',
      `The body has an unknown field. Known are: ${[...known].join(', ')}.`,
    );
  }
  const form = plainToInstance(type, sealFree(body));
  const [first] = validateSync(form);
  if (first !== undefined) throw failureOf(first);
  return form;
}

/** Fields that hold any JSON. */
const FREE_FIELDS = ['value', 'operations'] as const;

/** Sealed before others see it: they copy what they are given, and a copy would lose digits and `__proto__`. */
function sealFree(body: JsonObject): object {
  const sent = FREE_FIELDS.filter((name) => Object.hasOwn(body, name));
  return sent.reduce<object>((fields, name) => ({ ...fields, [name]: new Sealed(body[name] ?? null) }), body);
}

function fieldsOf(type: BodyType): ReadonlySet<string> {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return new Set(metadata.map(({ propertyName }) => propertyName));
}

function failureOf({ constraints = {}, contexts = {} }: ValidationError): SecretError {
  const [name = '', message = ''] = Object.entries(constraints)[0] ?? [];
  const { code } = (contexts[name] ?? {}) as Partial<FailsWith>;
  return code === undefined
    ? new SecretError('INVALID_REQUEST', `In the body, ${message}.`)
    : new SecretError(code, ERROR_CATALOGUE[code].description);
}
