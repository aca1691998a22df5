import { ValidateIf } from 'class-validator';

/** A field that need not be sent. `IsOptional` would let null pass too, as if it were the default. */
export function MayBeLeftOut(): PropertyDecorator {
  return ValidateIf((_form: object, value: unknown) => value !== undefined);
}
