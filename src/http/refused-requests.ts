import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import { OutcomeRecorder } from '../pep/outcome.recorder.js';
import { SecretError } from '../secrets/secret.errors.js';
import { RouteTable } from './route-table.js';

/** What the parser stumbled over: bytes of the connection, and how many of them it took. */
export interface BrokenPacket {
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** A method in small letters only at the very beginning, since headers look alike. Of request lines only the path: what stands behind it may be an address. */
const REQUEST_LINES = /^(?:[A-Z]+|(?<![^])[a-z]+) ([^ ?\r\n]+)/gm;

/** Requests that were refused before they had a handler: they count, and those on the recorded paths have a record. */
@Injectable()
export class RefusedRequests {
  constructor(
    private readonly recorder: OutcomeRecorder,
    private readonly routes: RouteTable,
    private readonly metrics: Metrics,
  ) {}

  /**
   * @returns what is to be answered: the refusal, or that it could not be recorded
   */
  async record(error: SecretError, correlationId: string, packet: BrokenPacket): Promise<SecretError> {
    const answered = await this.keep(error, correlationId, packet);
    this.metrics.httpRequests.inc({ method: '_OTHER', route: 'none', status: answered.status });
    this.metrics.httpErrors.inc({ code: answered.code });
    return answered;
  }

  private async keep(error: SecretError, correlationId: string, packet: BrokenPacket): Promise<SecretError> {
    const path = findPath(packet);
    if (path === undefined || !this.routes.isRecorded(path)) return error;
    try {
      await this.recorder.recordFailure(
        { correlationId, traceId: null, startedAtMs: performance.now() },
        error,
      );
      return error;
    } catch (failure) {
      return failure instanceof SecretError ? failure : new SecretError('AUDIT_UNAVAILABLE');
    }
  }
}

/** The packet may begin with requests that had a handler, and go on behind the one that broke. */
function findPath({ rawPacket, bytesParsed = 0 }: BrokenPacket): string | undefined {
  const lines = [...(rawPacket?.toString('latin1') ?? '').matchAll(REQUEST_LINES)];
  return lines.findLast(({ index }) => index === 0 || index < bytesParsed)?.[1];
}
