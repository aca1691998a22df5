/** The part of the store's policy language that path rules need. */

interface Rule {
  path: string;
  capabilities: Set<string>;
}

/** @throws Error when a block cannot be read */
export function parsePolicy(text: string): Rule[] {
  const rules = [...text.matchAll(/path\s+"([^"]*)"\s*\{\s*capabilities\s*=\s*\[([^\]]*)\]\s*\}/g)].map(
    ([, path = '', list = '']) => ({
      path: path.replace(/^\//, ''),
      capabilities: new Set([...list.matchAll(/"([^"]*)"/g)].map(([, capability = '']) => capability)),
    }),
  );
  const blocks = text.match(/\bpath\s+"/g)?.length ?? 0;
  if (blocks !== rules.length) throw new Error('failed to parse policy');
  return rules;
}

/**
 * The capabilities on a path: those of the most specific rules that match, together; a `deny` among them wins.
 * Specific is: no wildcard before one, then the longer rule.
 */
export function findCapabilities(rules: Rule[], path: string): Set<string> {
  // A rule without the slash at the end covers the listing of its folder too.
  const matching = rules.filter(
    (rule) => matches(rule.path, path) || matches(rule.path, path.replace(/\/$/, '')),
  );
  const [best] = [...matching].sort((a, b) => rank(b.path) - rank(a.path));
  if (best === undefined) return new Set();
  const granted = matching
    .filter((rule) => rule.path === best.path)
    .flatMap((rule) => [...rule.capabilities]);
  return granted.includes('deny') ? new Set() : new Set(granted);
}

function matches(rule: string, path: string): boolean {
  const isPrefix = rule.endsWith('*');
  const pattern = (isPrefix ? rule.slice(0, -1) : rule).split('/').map((segment) => {
    return segment === '+' ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${pattern.join('/')}${isPrefix ? '' : '$'}`, 's').test(path);
}

function rank(rule: string): number {
  const firstWildcard = rule.search(/[+*]/);
  return firstWildcard < 0 ? 1_000_000 + rule.length : firstWildcard * 1_000 + rule.length;
}

/** What every token may do unless it was made with `no_default_policy`. */
export const DEFAULT_POLICY = `
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
path "sys/capabilities-self" { capabilities = ["update"] }
`;

export type { Rule as PolicyRule };
