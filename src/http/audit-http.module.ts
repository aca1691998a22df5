import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuditController } from './audit.controller.js';

/** Is left out where the development endpoints are off: then their paths are 404 like any other. */
@Module({ imports: [AuditModule], controllers: [AuditController] })
export class AuditHttpModule {}
