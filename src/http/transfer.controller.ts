import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { IdempotentRequest } from '../application/idempotent-request.js';
import { TransferService } from '../application/transfer.service.js';
import { Authorize } from '../pep/authorize.decorator.js';
import { Granted, GrantedPart } from '../pep/granted.decorator.js';
import type { Preconditions } from '../ports/secret-provider.port.js';
import type { Grant } from '../secrets/grant.js';
import type { Answer } from './answer.js';
import { TransferDto } from './dto/transfer.dto.js';
import type { TransferredDto } from './dto/transfer.dto.js';
import { Conditions, Idempotent, Input, Takes } from './form/request-form.js';
import { readOverwrite } from './form/transfer.js';
import { Describe } from './openapi/describe.decorator.js';
import { presentTransferred } from './presenters.js';

/** Copying and moving secrets and keys, between any two stores. */
@ApiTags('Secrets')
@Controller('api/secrets')
export class TransferController {
  constructor(private readonly transfer: TransferService) {}

  @Post('copy')
  @HttpCode(200)
  @Describe('copySecret')
  @Authorize('copySecret')
  @Takes({ body: TransferDto, conditional: true, idempotent: true, input: readOverwrite })
  async copySecret(
    @Granted() source: Grant,
    @GrantedPart(0) destination: Grant,
    @Input() overwrite: boolean,
    @Conditions() preconditions: Preconditions,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<Answer<TransferredDto>> {
    const once = await this.transfer.copy(source, destination, { overwrite, preconditions, request });
    return presentTransferred(source.resource, destination.resource, once);
  }

  @Post('move')
  @HttpCode(200)
  @Describe('moveSecret')
  @Authorize('moveSecret')
  @Takes({ body: TransferDto, conditional: true, idempotent: true, input: readOverwrite })
  async moveSecret(
    @Granted() source: Grant,
    @GrantedPart(0) destination: Grant,
    @GrantedPart(1) removal: Grant,
    @Input() overwrite: boolean,
    @Conditions() preconditions: Preconditions,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<Answer<TransferredDto>> {
    const options = { overwrite, preconditions, request };
    const once = await this.transfer.move(source, destination, removal, options);
    return presentTransferred(source.resource, destination.resource, once);
  }
}
