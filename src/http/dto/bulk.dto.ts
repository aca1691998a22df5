import { Transform } from 'class-transformer';
import { IsBoolean, IsInstance } from 'class-validator';
import type { JsonValue } from '../../secrets/json.js';
import { Sealed } from '../../secrets/sealed.js';
import type { BulkOperationName } from '../../application/bulk.service.js';
import { MayBeLeftOut } from './may-be-left-out.decorator.js';

export class BulkDto {
  /** 1 to 100 operations; their shapes are checked by `form/bulk.ts`. */
  @Transform(({ obj }: { obj: { operations?: unknown } }) => obj.operations)
  @IsInstance(Sealed, { message: 'operations is required' })
  operations!: Sealed<JsonValue>;

  /** False: what comes after the first failure is skipped. */
  @MayBeLeftOut()
  @IsBoolean()
  continueOnError?: boolean;
}

export class BulkResultDto {
  index!: number;
  op!: BulkOperationName;
  uri!: string;
  status!: 'succeeded' | 'failed' | 'skipped';
  code?: string;
  detail?: string;
}

export class BulkResultsDto {
  succeeded!: number;
  failed!: number;
  skipped!: number;
  results!: BulkResultDto[];
}
