import { Sealed } from '../secrets/sealed.js';
import type { About, Variable } from './variable.js';

/** RFC 9110 5.6.2 and 5.5: a field name, and a value of visible characters and spaces. */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const FIELD_VALUE = /^[\x20-\x7e]*$/;

export function ratio(defaultValue: number, about: About): Variable<number> {
  return {
    ...about,
    type: 'text',
    default: defaultValue,
    allowed: 'a decimal number from 0 to 1',
    parse: (text) => (/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/.test(text) ? Number(text) : undefined),
  };
}

/** Header fields as OpenTelemetry writes them: `name=value,name=value`, values percent-encoded. */
export function headerFields(about: About): Variable<Sealed<Readonly<Record<string, string>>>> {
  return {
    ...about,
    type: 'secret',
    default: new Sealed({}),
    defaultNote: 'none',
    allowed: 'name=value pairs separated by commas, values percent-encoded',
    parse: parseHeaderFields,
  };
}

function parseHeaderFields(text: string): Sealed<Readonly<Record<string, string>>> | undefined {
  const fields = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [name = '', ...rest] = pair.split('=');
    const value = decode(rest.join('=').trim());
    if (rest.length === 0 || !FIELD_NAME.test(name.trim()) || value === undefined) return undefined;
    fields.set(name.trim().toLowerCase(), value);
  }
  return new Sealed(Object.fromEntries(fields));
}

function decode(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return FIELD_VALUE.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
