import type { SchemaObject } from '@nestjs/swagger';
import { resolveSchema } from './documented-operation.js';

/** What the schemas of the document are made of; another word in one of them fails the check. */
const KNOWN = new Set(
  'type format description example default enum properties required additionalProperties items nullable minLength maxLength pattern minimum maximum minItems maxItems'.split(
    ' ',
  ),
);

/** @returns a line for each place where the value is not as the schema of OpenAPI 3.0 says */
export function schemaFaults(
  schema: SchemaObject | { readonly $ref: string },
  value: unknown,
  place = '$',
): string[] {
  const rule = resolveSchema(schema);
  const unknown = Object.keys(rule).filter((word) => !KNOWN.has(word));
  if (unknown.length > 0) return [`${place}: the schema has ${unknown.join()}, which is not checked`];
  if (value === null) return rule.nullable === true || rule.type === undefined ? [] : [`${place} is null`];
  if (rule.enum !== undefined && !rule.enum.includes(value))
    return [`${place} is none of ${rule.enum.join()}`];
  switch (rule.type) {
    case undefined:
      return [];
    case 'object':
      return objectFaults(rule, value, place);
    case 'array':
      return arrayFaults(rule, value, place);
    case 'string':
      return stringFaults(rule, value, place);
    case 'integer':
    case 'number':
      return numberFaults(rule, value, place);
    default:
      return typeof value === rule.type ? [] : [`${place} is no ${String(rule.type)}`];
  }
}

function objectFaults(rule: SchemaObject, value: unknown, place: string): string[] {
  if (typeof value !== 'object' || Array.isArray(value)) return [`${place} is no object`];
  const { properties = {}, required = [], additionalProperties = true } = rule;
  const missing = required.filter((name) => !Object.hasOwn(value as object, name));
  return [
    ...missing.map((name) => `${place}.${name} is missing`),
    ...Object.entries(value as object).flatMap(([name, field]) => {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (own !== undefined) return schemaFaults(own, field, `${place}.${name}`);
      if (additionalProperties === false) return [`${place}.${name} is not documented`];
      return additionalProperties === true
        ? []
        : schemaFaults(additionalProperties, field, `${place}.${name}`);
    }),
  ];
}

function arrayFaults(rule: SchemaObject, value: unknown, place: string): string[] {
  if (!Array.isArray(value)) return [`${place} is no array`];
  const { minItems = 0, maxItems = Infinity, items } = rule;
  const length =
    value.length < minItems || value.length > maxItems ? [`${place} has ${value.length} items`] : [];
  const inner =
    items === undefined
      ? []
      : value.flatMap((item, index) => schemaFaults(items as SchemaObject, item, `${place}[${index}]`));
  return [...length, ...inner];
}

function stringFaults(rule: SchemaObject, value: unknown, place: string): string[] {
  if (typeof value !== 'string') return [`${place} is no string`];
  const length = [...value].length;
  const { minLength = 0, maxLength = Infinity, pattern } = rule;
  const isLong = length < minLength || length > maxLength;
  const isOther = pattern !== undefined && !new RegExp(pattern, 'u').test(value);
  return [
    ...(isLong ? [`${place} is ${length} long`] : []),
    ...(isOther ? [`${place} does not match ${pattern}`] : []),
  ];
}

function numberFaults(rule: SchemaObject, value: unknown, place: string): string[] {
  if (typeof value !== 'number') return [`${place} is no number`];
  if (rule.type === 'integer' && !Number.isInteger(value)) return [`${place} is no integer`];
  const { minimum = -Infinity, maximum = Infinity } = rule;
  return value < minimum || value > maximum ? [`${place} is out of bounds`] : [];
}
