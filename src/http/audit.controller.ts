import { Controller, Get, Headers, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Authorize } from '../pep/authorize.decorator.js';
import { Granted } from '../pep/granted.decorator.js';
import { AuditFeed } from '../ports/audit-feed.port.js';
import type { AuditResource } from '../secrets/audit-resource.js';
import type { Grant } from '../secrets/grant.js';
import { Answer } from './answer.js';
import type { AuditPageDto } from './dto/audit.dto.js';
import { AUDIT_PAGE_PARAMETERS, readAuditPage } from './form/audit-page.js';
import type { AuditPageRequest } from './form/audit-page.js';
import { Input, Takes } from './form/request-form.js';
import { Describe } from './openapi/describe.decorator.js';

/** What happened, for those who develop: of this process only, and only of the caller's tenant. */
@ApiTags('Audit')
@Controller('api/secrets')
export class AuditController {
  constructor(private readonly feed: AuditFeed) {}

  @Get('audit')
  @Describe('listAudit')
  @Authorize('listAudit')
  @Takes({ query: AUDIT_PAGE_PARAMETERS, input: readAuditPage })
  listAudit(
    @Granted() { caller }: Grant<AuditResource>,
    @Input() { limit, cursor }: AuditPageRequest,
  ): Answer<AuditPageDto> {
    const { records, nextCursor } = this.feed.list(caller.tenantId, limit, cursor);
    return new Answer({ items: records, next_cursor: nextCursor ?? null });
  }

  /** The answer begins when the record of this call stands, as every answer does. */
  @Get('events')
  @Describe('streamEvents')
  @Authorize('streamEvents')
  streamEvents(
    @Granted() { caller }: Grant<AuditResource>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): StreamableFile {
    const stream = this.feed.follow(caller.tenantId, lastEventId);
    // Also where the answer fails before anybody reads the stream.
    response.once('close', () => stream.destroy());
    // nginx would hold the events back.
    response.setHeader('X-Accel-Buffering', 'no');
    return new StreamableFile(stream, { type: 'text/event-stream' }).setErrorHandler((_error, failed) => {
      failed.destroy?.();
    });
  }
}
