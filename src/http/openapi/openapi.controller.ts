import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Public } from '../../pep/authorize.decorator.js';
import { Describe } from './describe.decorator.js';
import { DocumentHolder } from './document-holder.js';

@ApiTags('Service')
@Controller('api')
export class OpenApiController {
  constructor(private readonly documents: DocumentHolder) {}

  @Get('openapi.json')
  @Public('describes the routes and holds nothing of what they serve')
  @Describe('getOpenApiDocument')
  getOpenApiDocument(): OpenAPIObject {
    return this.documents.get();
  }
}
