import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BulkService } from '../application/bulk.service.js';
import type { BulkRequest } from '../application/bulk.service.js';
import type { IdempotentRequest } from '../application/idempotent-request.js';
import { contextOf } from '../context/request-context.js';
import { AuthorizeEach } from '../pep/authorize.decorator.js';
import type { Answer } from './answer.js';
import { BulkDto } from './dto/bulk.dto.js';
import type { BulkResultsDto } from './dto/bulk.dto.js';
import { readBulk } from './form/bulk.js';
import { Idempotent, Input, Takes } from './form/request-form.js';
import { Describe } from './openapi/describe.decorator.js';
import { presentBulk } from './presenters.js';

/** Many operations in one call. */
@ApiTags('Secrets')
@Controller('api/secrets')
export class BulkController {
  constructor(private readonly operations: BulkService) {}

  @Post('bulk')
  @HttpCode(200)
  @Describe('bulk')
  @AuthorizeEach()
  @Takes({ body: BulkDto, idempotent: true, inputOfList: readBulk })
  async bulk(
    @Input() bulk: BulkRequest,
    @Idempotent() request: IdempotentRequest | undefined,
    @Req() call: object,
  ): Promise<Answer<BulkResultsDto>> {
    return presentBulk(bulk.steps, await this.operations.run(contextOf(call), bulk, request));
  }
}
