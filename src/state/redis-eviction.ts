import type { Redis } from 'ioredis';

/** A sentence for the log where the server throws keys away before their life is over. */
export async function describeEviction(redis: Redis): Promise<string | undefined> {
  const info = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const isBounded = !/^maxmemory:0\b/m.test(info);
  if (!isBounded || policy === 'noeviction') return undefined;
  return `Redis has maxmemory-policy ${policy}: a one-time proof that it evicts could be used again; set noeviction.`;
}
