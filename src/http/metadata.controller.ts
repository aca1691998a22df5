import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ListingService } from '../application/listing.service.js';
import type { PageRequest } from '../application/listing.service.js';
import { VersionsService } from '../application/versions.service.js';
import { Authorize } from '../pep/authorize.decorator.js';
import { Granted } from '../pep/granted.decorator.js';
import type { Grant } from '../secrets/grant.js';
import type { SecretPrefix } from '../secrets/secret-uri.js';
import { Answer } from './answer.js';
import type { MetadataPageDto, SearchPageDto, SecretKeysDto } from './dto/answers.dto.js';
import { OwnerDto } from './dto/owner.dto.js';
import type { OwnerUpdatedDto } from './dto/owner.dto.js';
import { VersionsDto } from './dto/versions.dto.js';
import type { MetadataDetailDto, VersionListDto, VersionResultsDto } from './dto/versions.dto.js';
import { readOwner, readPage, readVersions } from './form/inputs.js';
import { PAGE_PARAMETERS } from './form/page.js';
import { SEARCH_PARAMETERS, readSearch } from './form/search.js';
import type { SearchInput } from './form/search.js';
import { Input, Takes } from './form/request-form.js';
import { Describe } from './openapi/describe.decorator.js';
import {
  presentKeys,
  presentMetadata,
  presentPage,
  presentResults,
  presentSearch,
  presentVersions,
} from './presenters.js';

/** What is kept about secrets beside their values: names, keys, versions and owners. */
@ApiTags('Metadata')
@Controller('api/secrets')
export class MetadataController {
  constructor(
    private readonly listing: ListingService,
    private readonly versions: VersionsService,
  ) {}

  @Get('metadata')
  @Describe('listMetadata')
  @Authorize('listMetadata')
  @Takes({ query: PAGE_PARAMETERS, input: readPage })
  async listMetadata(
    @Granted() grant: Grant<SecretPrefix>,
    @Input() page: PageRequest,
  ): Promise<Answer<MetadataPageDto>> {
    return presentPage(await this.listing.list(grant, page));
  }

  @Get('search')
  @Describe('searchSecrets')
  @Authorize('searchSecrets')
  @Takes({ query: SEARCH_PARAMETERS, input: readSearch })
  async searchSecrets(
    @Granted() grant: Grant<SecretPrefix>,
    @Input() { text, page }: SearchInput,
  ): Promise<Answer<SearchPageDto>> {
    return presentSearch(await this.listing.search(grant, text, page));
  }

  @Get('keys')
  @Describe('listKeys')
  @Authorize('listKeys')
  async listKeys(@Granted() grant: Grant): Promise<Answer<SecretKeysDto>> {
    return presentKeys(grant.resource, await this.listing.listKeys(grant));
  }

  @Get('metadata/detail')
  @Describe('getMetadata')
  @Authorize('getMetadata')
  async getMetadata(@Granted() grant: Grant): Promise<Answer<MetadataDetailDto>> {
    return presentMetadata(grant.resource, await this.versions.readMetadata(grant));
  }

  @Get('versions')
  @Describe('listVersions')
  @Authorize('listVersions')
  async listVersions(@Granted() grant: Grant): Promise<Answer<VersionListDto>> {
    return presentVersions(grant.resource, await this.versions.readMetadata(grant));
  }

  @Post('undelete')
  @HttpCode(200)
  @Describe('undeleteVersions')
  @Authorize('undeleteVersions')
  @Takes({ body: VersionsDto, input: readVersions })
  async undeleteVersions(
    @Granted() grant: Grant,
    @Input() versions: number[],
  ): Promise<Answer<VersionResultsDto>> {
    return presentResults(grant.resource, await this.versions.undelete(grant, versions));
  }

  @Post('destroy-versions')
  @HttpCode(200)
  @Describe('destroyVersions')
  @Authorize('destroyVersions')
  @Takes({ body: VersionsDto, input: readVersions })
  async destroyVersions(
    @Granted() grant: Grant,
    @Input() versions: number[],
  ): Promise<Answer<VersionResultsDto>> {
    return presentResults(grant.resource, await this.versions.destroy(grant, versions));
  }

  @Post('metadata/owner')
  @HttpCode(200)
  @Describe('updateOwner')
  @Authorize('updateOwner')
  @Takes({ body: OwnerDto, input: readOwner })
  async updateOwner(@Granted() grant: Grant, @Input() owner: string): Promise<Answer<OwnerUpdatedDto>> {
    await this.versions.updateOwner(grant, owner);
    return new Answer({ uri: grant.resource.canonical, owner });
  }
}
