import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As many callers, each with a token, a policy and a secret of its own, so that nothing is one and the same. */
export const TEAM_COUNT = 20;
/** Every secret holds it, and every answer is looked at for it. */
export const MARKER = 'correct-horse-battery-staple';
export const SECRET = { username: 'app', password: MARKER };
export const pathOf = (team) => `team-${team}/api`;

const FOLDERS = ['openbao+kv2://secret', 'yaml://secret'];

/**
 * A policy for each team and store: its members may do everything in its folder, for five minutes and a million uses
 * with one decision.
 */
export function teamPolicies(count = TEAM_COUNT, bounds = '@ttl_seconds("300") @max_uses("1000000")') {
  const each = (team, folder, index) =>
    `@id("team-${team}-${index}") ${bounds}\npermit (principal in Group::"team-${team}", action, resource in Folder::"${folder}/team-${team}");`;
  return Array.from({ length: count }, (_, team) => FOLDERS.map((folder, index) => each(team, folder, index)))
    .flat()
    .join('\n');
}

/** A folder of the run, which the run removes at its end. */
export function makeFolder(bench) {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-bench-'));
  bench.folders.push(folder);
  return folder;
}

/** Everything on: ES256 tokens, scopes, Cedar, and the trail required and in a file. */
export function guardedEnv(bench, { policies = teamPolicies(), audit = true } = {}) {
  const folder = makeFolder(bench);
  writeFileSync(join(folder, 'teams.cedar'), policies);
  return {
    ENVIRONMENT: 'production',
    OIDC_ISSUER: bench.issuer.url,
    SECRETS_ENFORCE_SCOPES: 'true',
    SECRETS_AUDIENCE_REQUIRED: 'true',
    ENABLE_AUTHORIZATION: 'true',
    PDP_ENGINE: 'cedar',
    PDP_POLICY_DIR: folder,
    ...(audit ? { AUDIT_MODE: 'required', AUDIT_FILE: join(makeFolder(bench), 'audit.jsonl') } : {}),
  };
}

/** @returns {Promise<string[]>} a token for each team */
export function tokensOf(bench, count = TEAM_COUNT, claims = {}) {
  const sign = (_, team) => bench.issuer.sign({ sub: `user-${team}`, groups: [`team-${team}`], ...claims });
  return Promise.all(Array.from({ length: count }, sign));
}

/** Reads of each team's secret. @param tokens none: without authentication */
export function readsOf(scheme, tokens, count = TEAM_COUNT) {
  return Array.from({ length: count }, (_, team) => ({
    path: `/api/secrets/value?uri=${encodeURIComponent(`${scheme}://secret/${pathOf(team)}`)}`,
    headers: tokens === undefined ? {} : { authorization: `Bearer ${tokens[team]}` },
  }));
}

/** A YAML store with each team's secret. @param {string[]} further keys beside them @returns the path of its file */
export function makeYamlStore(bench, further = []) {
  const path = join(makeFolder(bench), 'secrets.yaml');
  const teams = Array.from({ length: TEAM_COUNT }, (_, team) => pathOf(team));
  const lines = [...teams, ...further].map((key) => `secret/${key}: ${JSON.stringify(SECRET)}\n`);
  writeFileSync(path, lines.join(''));
  return path;
}

export const EXPECT = { status: 200, body: MARKER };
