import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../pep/authorize.decorator.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { HealthDto, LivenessDto } from './dto/health.dto.js';
import { Describe } from './openapi/describe.decorator.js';

@ApiTags('Service')
@Controller('health')
export class HealthController {
  constructor(private readonly providers: SecretProviders) {}

  @Get('live')
  @Describe('checkLiveness')
  @Public('says nothing but that the process answers')
  live(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Describe('checkReadiness')
  @Public('names schemes and states, no addresses')
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthDto> {
    const stores = [...(await this.providers.checkHealth())];
    const isReady = stores.every(([, { usable }]) => usable);
    response.status(isReady ? 200 : 503).setHeader('Cache-Control', 'no-store');
    return {
      status: isReady ? 'ok' : 'unavailable',
      stores: Object.fromEntries(
        stores.map(([scheme, { usable, state }]) => [
          scheme,
          { status: usable ? 'ok' : 'unavailable', state },
        ]),
      ),
    };
  }
}
