import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { IdempotentRequest } from '../application/idempotent-request.js';
import { SecretsService } from '../application/secrets.service.js';
import { VaultService } from '../application/vault.service.js';
import { Authorize } from '../pep/authorize.decorator.js';
import { Granted } from '../pep/granted.decorator.js';
import type { Preconditions } from '../ports/secret-provider.port.js';
import type { Grant } from '../secrets/grant.js';
import type { JsonValue } from '../secrets/json.js';
import type { SecretChange } from '../secrets/secret-change.js';
import type { Answer } from './answer.js';
import type { SecretDeletedDto, SecretWrittenDto } from './dto/answers.dto.js';
import { RotateSecretDto, WriteSecretDto } from './dto/write-secret.dto.js';
import { readDestroy, readRotation, readWrite } from './form/inputs.js';
import { Conditions, Idempotent, Input, Takes } from './form/request-form.js';
import { Describe } from './openapi/describe.decorator.js';
import { presentCredentials, presentDeleted, presentWritten } from './presenters.js';

/** Writing, reading, rotating and deleting one secret or one key of it. */
@ApiTags('Secrets')
@Controller('api/secrets')
export class SecretsController {
  constructor(
    private readonly secrets: SecretsService,
    private readonly vault: VaultService,
  ) {}

  @Post()
  @HttpCode(200)
  @Describe('writeSecret')
  @Authorize('writeSecret')
  @Takes({ body: WriteSecretDto, conditional: true, idempotent: true, input: readWrite })
  async writeSecret(
    @Granted() grant: Grant,
    @Input() change: SecretChange,
    @Conditions() preconditions: Preconditions,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<Answer<SecretWrittenDto>> {
    return presentWritten(
      grant.resource,
      await this.secrets.changeOnce(request, grant, change, preconditions),
    );
  }

  @Get()
  @Describe('readSecret')
  @Authorize('readSecret')
  async readSecret(@Granted() grant: Grant): Promise<Answer<JsonValue>> {
    return presentCredentials(await this.vault.getCredentials(grant));
  }

  @Get('value')
  @Describe('readSecretValue')
  @Authorize('readSecretValue')
  async readSecretValue(@Granted() grant: Grant): Promise<Answer<JsonValue>> {
    return presentCredentials(await this.vault.getCredentials(grant));
  }

  @Delete()
  @Describe('deleteSecret')
  @Authorize('deleteSecret', { query: 'destroy', is: 'true', operation: 'destroySecret' })
  @Takes({ query: ['destroy'], conditional: true, input: readDestroy })
  async deleteSecret(
    @Granted() grant: Grant,
    @Input() destroy: boolean,
    @Conditions() preconditions: Preconditions,
  ): Promise<Answer<SecretDeletedDto>> {
    const deletion = destroy
      ? this.secrets.destroy(grant, preconditions)
      : this.secrets.delete(grant, preconditions);
    return presentDeleted(grant.resource, await deletion);
  }

  @Post('rotate')
  @HttpCode(200)
  @Describe('rotateSecret')
  @Authorize('rotateSecret')
  @Takes({ body: RotateSecretDto, conditional: true, idempotent: true, input: readRotation })
  async rotateSecret(
    @Granted() grant: Grant,
    @Input() change: SecretChange,
    @Conditions() preconditions: Preconditions,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<Answer<SecretWrittenDto>> {
    return presentWritten(
      grant.resource,
      await this.secrets.changeOnce(request, grant, change, preconditions),
    );
  }
}
