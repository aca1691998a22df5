import type { GrantBounds } from '../ports/policy-decision.port.js';
import { isJsonObject, isRawNumber } from '../secrets/json.js';
import type { JsonObject, JsonValue } from '../secrets/json.js';

/** What a permit is bound to; `unknown` where one obligation is not known or cannot be read, which is a deny. */
export type Obligations = GrantBounds | 'unknown';

const UNBOUNDED: GrantBounds = { ttlSeconds: undefined, maxUses: undefined };

/** The bound that a name stands for, as an entry of its own. */
const BOUND_OF_NAME: ReadonlyMap<JsonValue | undefined, keyof GrantBounds> = new Map([
  ['ttl_seconds', 'ttlSeconds'],
  ['ttl_s', 'ttlSeconds'],
  ['max_uses', 'maxUses'],
]);
/** Another member could be a condition, or a unit: what is not understood is not left out. */
const ENTRY_MEMBERS: ReadonlySet<string> = new Set(['id', 'type', 'properties', 'attributes', 'value']);

/**
 * One normaliser for every form in which obligations come on the wire (docs/policies/README.md lists them): entries
 * `{"id","type":"grant","properties":{"ttl_seconds","max_uses"}}`, one entry for each bound, or an object of the bounds.
 * A bound is a positive integer; of several the smallest holds.
 * @param value undefined where there are none; null is not that, but something that cannot be read
 */
export function readObligations(value: JsonValue | undefined): Obligations {
  if (value === undefined) return UNBOUNDED;
  if (Array.isArray(value)) return tightestObligations(value.map(readEntry));
  if (!isJsonObject(value)) return 'unknown';
  return Object.hasOwn(value, 'type') || Object.hasOwn(value, 'id') ? readEntry(value) : readBounds(value);
}

/** The smallest of each bound; `unknown` as soon as one of them is. */
export function tightestObligations(all: readonly Obligations[]): Obligations {
  let tightest = UNBOUNDED;
  for (const bounds of all) {
    if (bounds === 'unknown') return 'unknown';
    tightest = {
      ttlSeconds: smaller(tightest.ttlSeconds, bounds.ttlSeconds),
      maxUses: smaller(tightest.maxUses, bounds.maxUses),
    };
  }
  return tightest;
}

function readEntry(entry: JsonValue): Obligations {
  if (!isJsonObject(entry) || !Object.keys(entry).every((name) => ENTRY_MEMBERS.has(name))) return 'unknown';
  const name = Object.hasOwn(entry, 'type') ? entry['type'] : entry['id'];
  if (name === 'grant') return readGrant(entry);
  const bound = BOUND_OF_NAME.get(name);
  const isContradicted = BOUND_OF_NAME.has(entry['id']) && BOUND_OF_NAME.get(entry['id']) !== bound;
  return typeof name !== 'string' || bound === undefined || isContradicted
    ? 'unknown'
    : readNumbersOf(entry, name, bound);
}

function readGrant({ properties, attributes, value }: JsonObject): Obligations {
  const isWhole = attributes === undefined && value === undefined && isJsonObject(properties);
  // An entry that binds to nothing was meant to say something.
  return isWhole && Object.keys(properties).length > 0 ? readBounds(properties) : 'unknown';
}

function readNumbersOf(entry: JsonObject, name: string, bound: keyof GrantBounds): Obligations {
  const numbers: JsonValue[] = entry['value'] === undefined ? [] : [entry['value']];
  for (const holder of [entry['properties'], entry['attributes']]) {
    if (holder === undefined) continue;
    if (!isJsonObject(holder)) return 'unknown';
    for (const [key, value] of Object.entries(holder)) {
      if (key !== name && key !== 'value') return 'unknown';
      numbers.push(value);
    }
  }
  return numbers.length === 0
    ? 'unknown'
    : tightestObligations(numbers.map((number) => boundBy(bound, number)));
}

function readBounds(object: JsonObject): Obligations {
  const { ttl_seconds: ttl, max_uses: uses, ...others } = object;
  if (Object.keys(others).length > 0) return 'unknown';
  return tightestObligations([
    ttl === undefined ? UNBOUNDED : boundBy('ttlSeconds', ttl),
    uses === undefined ? UNBOUNDED : boundBy('maxUses', uses),
  ]);
}

function boundBy(bound: keyof GrantBounds, value: JsonValue): Obligations {
  // `60.0` and `6e1` are kept as text by our own JSON reader.
  const number = isRawNumber(value) ? Number(value.rawJSON) : value;
  const isBound = typeof number === 'number' && Number.isSafeInteger(number) && number > 0;
  return isBound ? { ...UNBOUNDED, [bound]: number } : 'unknown';
}

function smaller(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
