import type { GrantBounds } from '../../ports/policy-decision.port.js';

/** What only speaks to people. Every other annotation but the bounds is an obligation that nobody here can keep. */
const NOTES: ReadonlySet<string> = new Set([
  ...['id', 'name', 'title', 'description', 'comment', 'note', 'reason', 'advice'],
  ...['author', 'owner', 'ticket', 'link'],
]);

type Annotations = Readonly<Record<string, string | null>>;

/** The bounds that a policy sets on its permit; `unknown` where an annotation is not known or not a positive integer. */
export function readObligations(annotations: Annotations): GrantBounds | 'unknown' {
  const { ttl_seconds: ttl, max_uses: uses, ...others } = annotations;
  const ttlSeconds = ttl === undefined ? undefined : parsePositive(ttl);
  const maxUses = uses === undefined ? undefined : parsePositive(uses);
  const isKnown = Object.keys(others).every((name) => NOTES.has(name));
  return isKnown && !Number.isNaN(ttlSeconds) && !Number.isNaN(maxUses) ? { ttlSeconds, maxUses } : 'unknown';
}

/** The smallest of each bound; `unknown` as soon as one of them is. */
export function tightestObligations(all: readonly (GrantBounds | 'unknown')[]): GrantBounds | 'unknown' {
  let tightest: GrantBounds = { ttlSeconds: undefined, maxUses: undefined };
  for (const bounds of all) {
    if (bounds === 'unknown') return 'unknown';
    tightest = {
      ttlSeconds: smaller(tightest.ttlSeconds, bounds.ttlSeconds),
      maxUses: smaller(tightest.maxUses, bounds.maxUses),
    };
  }
  return tightest;
}

/** NaN where it is none. */
function parsePositive(text: string | null): number {
  const value = text !== null && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

function smaller(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
