import type { DestinationStream } from 'pino';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Log lines for people: time, level, message, then the facts that are set. */
export class PrettyLines implements DestinationStream {
  constructor(private readonly out: { write(text: string): unknown }) {}

  write(line: string): void {
    const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
    const shown = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
    const text = shown
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' ');
    this.out.write(`${String(time).slice(11, 23)} ${LEVELS[Number(level)] ?? ''} ${String(msg)}  ${text}\n`);
  }
}
