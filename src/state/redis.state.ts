import { SharedState } from '../ports/shared-state.port.js';
import type {
  CountedEvent,
  StoredGrant,
  WorkClaim,
  WorkNote,
  WorkStart,
} from '../ports/shared-state.port.js';
import { grantUses } from './grant-uses.js';
import { keyLifeMs } from './key-life.js';
import type { RedisConnection } from './redis-connection.js';
import {
  CLAIM_WORK,
  COUNT,
  END_SCOPE,
  FINISH_WORK,
  NOTE_FIELD,
  NOTE_WORK,
  PUT_GRANT,
  RELEASE_WORK,
  SCOPE_FIELD,
  TAKE_GRANT_USE,
} from './redis-steps.js';

/** Every key begins so, with one letter for its kind behind it; a Redis may serve others too. */
const PREFIX = 'secrets-api:';
const PROOF = `${PREFIX}o:`;
const GRANT = `${PREFIX}g:`;
const SCOPE = `${PREFIX}s:`;
const TEXT = `${PREFIX}t:`;
const COUNTER = `${PREFIX}c:`;
const WORK = `${PREFIX}w:`;
const HEALTH = `${PREFIX}health`;
const HEALTH_LIFE_MS = 1_000;

/**
 * The state of many processes, in one Redis (4 or later, not a cluster of shards). Each step is one command or one
 * script, each key has a life, and times are those of the server. Redis must not evict keys (`maxmemory-policy
 * noeviction`): an evicted proof could be used again. Full, it then refuses, which is STATE_UNAVAILABLE.
 */
export class RedisState extends SharedState {
  constructor(private readonly connection: RedisConnection) {
    super();
  }

  override async claimOnce(key: string, ttlMs: number): Promise<boolean> {
    const lifeMs = keyLifeMs(ttlMs);
    const answer = await this.connection.run((redis) => redis.set(PROOF + key, '1', 'PX', lifeMs, 'NX'));
    return answer === 'OK';
  }

  override async putGrant(
    key: string,
    { decisionId, uses, ttlMs }: StoredGrant,
    scopes: ReadonlyMap<string, number>,
  ): Promise<void> {
    const lifeMs = keyLifeMs(ttlMs);
    const count = grantUses(uses);
    const fields = [...scopes].flatMap(([name, generation]) => [SCOPE_FIELD + name, generation]);
    await this.connection.run((redis) =>
      PUT_GRANT.run(redis, GRANT + key, lifeMs, 'decision', decisionId, 'uses', count, ...fields),
    );
  }

  override async takeGrantUse(key: string): Promise<string | undefined> {
    const answer = await this.connection.run((redis) => TAKE_GRANT_USE.run(redis, GRANT + key, SCOPE));
    return typeof answer === 'string' ? answer : undefined;
  }

  override async readScopes(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (names.length === 0) return new Map();
    const generations = await this.connection.run((redis) => redis.mget(names.map((name) => SCOPE + name)));
    return new Map(names.map((name, index) => [name, Number(generations[index] ?? 0)]));
  }

  override async endScope(name: string, ttlMs: number): Promise<void> {
    const lifeMs = keyLifeMs(ttlMs);
    await this.connection.run((redis) => END_SCOPE.run(redis, SCOPE + name, lifeMs));
  }

  override async remember(key: string, text: string, ttlMs: number): Promise<void> {
    const lifeMs = keyLifeMs(ttlMs);
    await this.connection.run((redis) => redis.set(TEXT + key, text, 'PX', lifeMs));
  }

  override async recall(key: string): Promise<string | undefined> {
    return (await this.connection.run((redis) => redis.get(TEXT + key))) ?? undefined;
  }

  override async count(key: string, windowMs: number): Promise<CountedEvent> {
    const lifeMs = keyLifeMs(windowMs);
    const answer = await this.connection.run((redis) => COUNT.run(redis, COUNTER + key, lifeMs));
    const [total, resetMs] = answer as [number, number];
    return { total, resetMs };
  }

  override async claimWork(key: string, { digest, holder, leaseMs, lifeMs }: WorkClaim): Promise<WorkStart> {
    const lives = [keyLifeMs(leaseMs), keyLifeMs(lifeMs)] as const;
    const answer = await this.connection.run((redis) =>
      CLAIM_WORK.run(redis, WORK + key, digest, holder, ...lives),
    );
    const [state, ...rest] = answer as [WorkStart['state'], ...string[]];
    if (state === 'begun') return { state, notes: notesIn(rest) };
    return state === 'finished' ? { state, outcome: rest[0] ?? '' } : { state };
  }

  override async noteWork(key: string, holder: string, leaseMs: number, note?: WorkNote): Promise<boolean> {
    const lifeMs = keyLifeMs(leaseMs);
    const fields = note === undefined ? [] : [NOTE_FIELD + note.name, note.text];
    const answer = await this.connection.run((redis) =>
      NOTE_WORK.run(redis, WORK + key, holder, lifeMs, ...fields),
    );
    return answer === 1;
  }

  override async finishWork(key: string, holder: string, outcome: string): Promise<boolean> {
    return (await this.connection.run((redis) => FINISH_WORK.run(redis, WORK + key, holder, outcome))) === 1;
  }

  override async releaseWork(key: string, holder: string): Promise<void> {
    await this.connection.run((redis) => RELEASE_WORK.run(redis, WORK + key, holder));
  }

  /** Writes, since a replica and a server without memory answer a mere PING. */
  override async checkHealth(): Promise<boolean> {
    try {
      await this.connection.run((redis) => redis.set(HEALTH, '1', 'PX', HEALTH_LIFE_MS));
      return true;
    } catch {
      return false;
    }
  }

  /** For good; what is under way is rejected. */
  close(): void {
    this.connection.close();
  }
}

/** @param fields names and texts, one behind the other */
function notesIn(fields: readonly string[]): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name = '', text = ''] = fields.slice(at, at + 2);
    if (name.startsWith(NOTE_FIELD)) notes.set(name.slice(NOTE_FIELD.length), text);
  }
  return notes;
}
