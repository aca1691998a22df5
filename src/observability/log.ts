import type { LoggerService, OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { PrettyLines } from './pretty-lines.js';

/** Lines are written together: a write of its own for each would cost more than all else about it. */
const GATHERED_BYTES = 12_288;
/** No line waits longer for others. */
const FLUSH_MS = 100;

/** Facts of a log line; never a value, a token or an address. */
type Fields = object;

export type LineLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * The one log of the service: JSON lines on the standard output, or lines for people (`LOG_FORMAT=pretty`).
 * It also takes Nest's own lines.
 */
@Injectable()
export class Log implements LoggerService, OnApplicationShutdown {
  readonly #pino: Logger;
  readonly #flushing: NodeJS.Timeout;

  constructor(@Inject(APP_CONFIG) { log }: AppConfig) {
    const options = { level: log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
    this.#pino = pino(
      options,
      log.format === 'pretty'
        ? new PrettyLines(process.stdout)
        : destination({ fd: 1, sync: false, minLength: GATHERED_BYTES }),
    );
    this.#flushing = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#flushing);
    this.flush();
  }

  /** Ask before a line is put together that many requests write. */
  isEnabled(level: LineLevel): boolean {
    return this.#pino.isLevelEnabled(level);
  }

  line(level: LineLevel, fields: Fields, message: string): void {
    this.#pino[level](fields, message);
  }

  info(fields: Fields, message: string): void {
    this.#pino.info(fields, message);
  }

  /** A fault of the service itself: the frames of the error, and not its message, which may quote input. */
  fault(error: unknown, fields: Fields, message: string): void {
    this.#pino.error({ ...fields, ...describeError(error) }, message);
    this.flush();
  }

  log(message: unknown, context?: string): void {
    this.#pino.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.#pino.warn({ context }, String(message));
    this.flush();
  }

  error(message: unknown, _stack?: string, context?: string): void {
    this.#pino.error({ context }, String(message));
    this.flush();
  }

  flush(): void {
    this.#pino.flush();
  }
}

function describeError(error: unknown): { error: string; frames?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
  return { error: error.name, ...(frames && { frames }) };
}
