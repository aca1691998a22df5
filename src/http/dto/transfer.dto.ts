import { IsBoolean, IsString } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.decorator.js';

/** Of a copy and of a move. */
export class TransferDto {
  /** Canonical address of the source: a secret, or with a fragment one of its keys. */
  @IsString()
  fromUri!: string;

  /** Canonical address of the destination, of the same kind. */
  @IsString()
  toUri!: string;

  /** Writes over what stands at the destination. */
  @MayBeLeftOut()
  @IsBoolean()
  overwrite?: boolean;
}

export class TransferredDto {
  fromUri!: string;
  toUri!: string;
  /** The version at the destination, where the store counts versions. */
  version?: number;
  warnings?: string[];
}
