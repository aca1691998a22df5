import { Transform } from 'class-transformer';
import { IsBoolean, IsInstance, IsString } from 'class-validator';
import type { JsonValue } from '../../secrets/json.js';
import { Sealed } from '../../secrets/sealed.js';
import { MayBeLeftOut } from './may-be-left-out.decorator.js';

export class WriteSecretDto {
  /** Canonical address of the secret, or with a fragment of one of its keys. */
  @IsString()
  uri!: string;

  /** The whole map without a fragment, else the value of the key. */
  @Transform(({ obj }: { obj: { value?: unknown } }) => obj.value)
  @IsInstance(Sealed, { message: 'value is required' })
  value!: Sealed<JsonValue>;
}

export class RotateSecretDto extends WriteSecretDto {
  /** Writes the secret or key also where it does not exist yet, instead of answering 404. */
  @MayBeLeftOut()
  @IsBoolean()
  createIfMissing?: boolean;
}
