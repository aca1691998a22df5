import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Metrics } from '../observability/metrics.js';
import { Public } from '../pep/authorize.decorator.js';
import { Describe } from './openapi/describe.decorator.js';

@ApiTags('Service')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Describe('readMetrics')
  @Public('counts and durations without addresses')
  async readMetrics(@Res() response: Response): Promise<void> {
    const { registry } = this.metrics;
    response.setHeader('Content-Type', registry.contentType).send(await registry.metrics());
  }
}
