import type { SchemaObject } from '@nestjs/swagger';

export type FieldSchemas<T> = {
  readonly [Field in keyof T]-?: SchemaObject & { readonly description: string };
};
type OptionalField<T> = { [Field in keyof T]-?: undefined extends T[Field] ? Field : never }[keyof T];

/**
 * The schema of a class or interface. It has a description for every field, and the compiler holds names and optional
 * fields against the type: a field that is added or becomes optional stops the build here.
 * @param optional every field that may be missing; `{}` where there is none
 */
export function objectSchema<T extends object>(
  description: string,
  properties: FieldSchemas<T>,
  optional: Record<OptionalField<T>, true>,
): SchemaObject {
  const required = Object.keys(properties).filter((name) => !Object.hasOwn(optional, name));
  return { type: 'object', description, properties: { ...properties }, required };
}

/** A request body: a field that the operation does not know is refused. */
export function closed(schema: SchemaObject): SchemaObject {
  return { ...schema, additionalProperties: false };
}
