import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../pep/authorize.decorator.js';
import { DOCS_PAGE, DOCS_POLICY, DOCS_SCRIPT, swaggerUiFile } from './docs-page.js';

const REASON = 'shows the OpenAPI document to people';

/** Swagger UI on the document of this service: a page for people, so the document itself leaves it out. */
@ApiExcludeController()
@Controller('api/docs')
export class DocsController {
  @Get()
  @Public(REASON)
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', DOCS_POLICY)
  showDocs(): string {
    return DOCS_PAGE;
  }

  @Get('start.js')
  @Public(REASON)
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  getScript(): string {
    return DOCS_SCRIPT;
  }

  @Get('swagger-ui-bundle.js')
  @Public(REASON)
  getSwaggerUi(@Res() response: Response): void {
    sendFile(response, swaggerUiFile('swagger-ui-bundle.js'));
  }

  @Get('swagger-ui.css')
  @Public(REASON)
  getStyles(@Res() response: Response): void {
    sendFile(response, swaggerUiFile('swagger-ui.css'));
  }
}

/** Folders above the installation may begin with a dot, which Express would answer with 404. */
function sendFile(response: Response, path: string): void {
  response.sendFile(path, { dotfiles: 'allow' });
}
