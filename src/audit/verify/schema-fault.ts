import type { JsonType, RecordSchema } from '../record-schema.js';

/** What about a value does not fit the schema, for people and without the value; undefined where it fits. */
export function findSchemaFault(schema: RecordSchema, value: unknown, name = 'the line'): string | undefined {
  if (!schema.type.some((type) => isOfType(type, value)))
    return `${name} is not of type ${schema.type.join(' or ')}`;
  if (schema.enum?.includes(value as string | null) === false) return `${name} is none of the known words`;
  if (
    typeof value === 'string' &&
    schema.pattern !== undefined &&
    !new RegExp(schema.pattern, 'u').test(value)
  ) {
    return `${name} has not the form ${schema.pattern}`;
  }
  if (typeof value === 'number') return findRangeFault(schema, value, name);
  return value === null || schema.properties === undefined ? undefined : findFieldFault(schema, value, name);
}

function findRangeFault({ minimum, maximum }: RecordSchema, value: number, name: string): string | undefined {
  const isWithin = value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  return isWithin ? undefined : `${name} is out of its range`;
}

function findFieldFault(schema: RecordSchema, value: unknown, name: string): string | undefined {
  const { properties = {}, required = [] } = schema;
  const fields = value as Readonly<Record<string, unknown>>;
  const missing = required.find((field) => !Object.hasOwn(fields, field));
  if (missing !== undefined) return `${name} lacks ${missing}`;
  for (const [field, content] of Object.entries(fields)) {
    const known = Object.hasOwn(properties, field) ? properties[field] : undefined;
    const fault =
      known === undefined ? `${name} has a field too many` : findSchemaFault(known, content, field);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isOfType(type: JsonType, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'null':
      return value === null;
    default:
      return type satisfies never;
  }
}
