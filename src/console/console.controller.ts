import { Controller, Get, Header, Redirect, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../pep/authorize.decorator.js';
import { CONSOLE_ASSETS, CONSOLE_PAGE, ConsoleAssets } from './console-assets.js';
import type { ConsoleAssetName } from './console-assets.js';

const REASON = 'the page holds no data: it asks /api/secrets for records, as its reader';

/** Own files only, nothing inline, no markup made from text, and nobody's frame. */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The page on which developers watch the audit trail. It is for people, so the OpenAPI document leaves it out. */
@ApiExcludeController()
@Controller('console')
export class ConsoleController {
  constructor(private readonly assets: ConsoleAssets) {}

  @Get()
  @Public(REASON)
  @Header('Content-Security-Policy', CONSOLE_POLICY)
  @Header('X-Frame-Options', 'DENY')
  showConsole(@Res({ passthrough: true }) response: Response): string {
    return this.send(CONSOLE_PAGE, response);
  }

  /** `/console/`, whose relative names would miss. Two slashes, since Nest takes one off the end of a path. */
  @Get('//')
  @Public(REASON)
  @Redirect('../console', 307)
  dropSlash(): void {
    // What there is to say is in the decorator.
  }

  @Get([...CONSOLE_ASSETS])
  @Public(REASON)
  getAsset(@Req() { path }: Request, @Res({ passthrough: true }) response: Response): string {
    return this.send(path.slice(path.lastIndexOf('/') + 1) as ConsoleAssetName, response);
  }

  /** Asked for anew at every load; Express answers 304 where the tag is the one that the reader has. */
  private send(name: ConsoleAssetName, response: Response): string {
    const { text, type, etag } = this.assets.get(name);
    response.setHeader('Content-Type', type);
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', 'no-cache');
    return text;
  }
}
