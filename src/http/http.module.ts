import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ApplicationModule } from '../application/application.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { PdpModule } from '../pdp/pdp.module.js';
import { PepModule } from '../pep/pep.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { StateModule } from '../state/state.module.js';
import { Admission } from './admission.js';
import { BulkController } from './bulk.controller.js';
import { FormGuard } from './form.guard.js';
import { HealthController } from './health.controller.js';
import { MetadataController } from './metadata.controller.js';
import { MetricsController } from './metrics.controller.js';
import { DocsController } from './openapi/docs.controller.js';
import { DocumentHolder } from './openapi/document-holder.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RefusedRequests } from './refused-requests.js';
import { RequestEnd } from './request-end.js';
import { RouteTable } from './route-table.js';
import { SecretsController } from './secrets.controller.js';
import { TransferController } from './transfer.controller.js';

@Module({
  imports: [
    ApplicationModule,
    AuditModule,
    DiscoveryModule,
    PdpModule,
    PepModule,
    ProvidersModule,
    StateModule,
  ],
  controllers: [
    SecretsController,
    MetadataController,
    TransferController,
    BulkController,
    HealthController,
    MetricsController,
    OpenApiController,
    DocsController,
  ],
  providers: [Admission, DocumentHolder, FormGuard, ProblemFilter, RefusedRequests, RequestEnd, RouteTable],
  exports: [Admission, DocumentHolder, FormGuard, ProblemFilter, RequestEnd, RouteTable],
})
export class HttpModule {}
