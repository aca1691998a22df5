import type { Obligations } from '../obligations.js';

/** What only speaks to people. Every other annotation but the bounds is an obligation that nobody here can keep. */
const NOTES: ReadonlySet<string> = new Set([
  ...['id', 'name', 'title', 'description', 'comment', 'note', 'reason', 'advice'],
  ...['author', 'owner', 'ticket', 'link'],
]);

type Annotations = Readonly<Record<string, string | null>>;

/** The bounds that a policy sets on its permit; `unknown` where an annotation is not known or not a positive integer. */
export function readObligations(annotations: Annotations): Obligations {
  const { ttl_seconds: ttl, max_uses: uses, ...others } = annotations;
  const ttlSeconds = ttl === undefined ? undefined : parsePositive(ttl);
  const maxUses = uses === undefined ? undefined : parsePositive(uses);
  const isKnown = Object.keys(others).every((name) => NOTES.has(name));
  return isKnown && !Number.isNaN(ttlSeconds) && !Number.isNaN(maxUses) ? { ttlSeconds, maxUses } : 'unknown';
}

/** NaN where it is none. */
function parsePositive(text: string | null): number {
  const value = text !== null && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
