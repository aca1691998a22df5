import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { lineAt } from './policy-text.js';

/** Where a policy, or a schema, stands. */
export interface SourcePlace {
  readonly file: string;
  /** Of the first character of `text`, from 1; places before line 1 are told without a line. */
  readonly line: number;
  readonly text: string;
  /** What it is called: a policy's `@id` or number. */
  readonly label?: string;
}

/** More say nothing new, and a message is read by people. */
const MOST_FAULTS = 10;
const LONGEST_WORDING = 300;

/** `file:line: policy "id": what is wrong`, in Cedar's words and without addresses of secrets. */
export function describeFault(place: SourcePlace, error: DetailedError): string {
  return `${describePlace(place, error.sourceLocations?.[0]?.start)}: ${wordFault(error)}`;
}

/** @param byteOffset in the text's UTF-8 form */
export function describePlace({ file, line, text, label }: SourcePlace, byteOffset = 0): string {
  const at = lineAt(text, byteOffset, line);
  const start = at < 1 ? file : `${file}:${at}`;
  return label === undefined ? start : withoutAddresses(`${start}: policy ${label}`);
}

export function wordFault({ message, help }: DetailedError): string {
  const whole = withoutAddresses(help === null ? message : `${message} (${help})`)
    .replace(/^failed to parse (?:policy|schema) from string: /, '')
    // The ids are ours, made for this one call.
    .replaceAll(/for policy `[^`]*`, /g, '');
  return whole.length > LONGEST_WORDING ? `${whole.slice(0, LONGEST_WORDING)}…` : whole;
}

/** One message of many; the first ten, and how many more there are. */
export function joinFaults(faults: readonly string[]): string {
  const rest = faults.length - MOST_FAULTS;
  const told = faults.slice(0, MOST_FAULTS).join('\n');
  return rest > 0 ? `${told}\nand ${rest} more` : told;
}

/** These lines go into the log, where no address of a secret may stand. */
function withoutAddresses(text: string): string {
  return text.replace(/[\w+.-]*:\/\/(?:\\.|[^"`\s\\])*/g, '…');
}
