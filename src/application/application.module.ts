import { Module } from '@nestjs/common';
import { PepModule } from '../pep/pep.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { StateModule } from '../state/state.module.js';
import { BulkService } from './bulk.service.js';
import { Idempotency } from './idempotency.service.js';
import { ListingService } from './listing.service.js';
import { SecretsService } from './secrets.service.js';
import { TransferService } from './transfer.service.js';
import { VaultService } from './vault.service.js';
import { VersionsService } from './versions.service.js';

const SERVICES = [
  VaultService,
  SecretsService,
  VersionsService,
  ListingService,
  TransferService,
  BulkService,
  Idempotency,
];

@Module({ imports: [PepModule, ProvidersModule, StateModule], providers: SERVICES, exports: SERVICES })
export class ApplicationModule {}
