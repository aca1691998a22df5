import { IsString, ValidateBy } from 'class-validator';
import { isPrintable } from '../../secrets/percent-encoding.js';

const MAX_OWNER_BYTES = 512;

export class OwnerDto {
  /** Canonical address of the whole secret. */
  @IsString()
  uri!: string;

  /** Subject or group: 1 to 512 bytes of UTF-8, printable. */
  @ValidateBy({
    name: 'isOwner',
    validator: {
      validate: isOwner,
      defaultMessage: () => `owner is 1 to ${MAX_OWNER_BYTES} printable bytes`,
    },
  })
  owner!: string;
}

export class OwnerUpdatedDto {
  uri!: string;
  owner!: string;
}

function isOwner(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value !== '' &&
    isPrintable(value) &&
    Buffer.byteLength(value) <= MAX_OWNER_BYTES
  );
}
