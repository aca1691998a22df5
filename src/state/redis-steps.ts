import { RedisScript } from './redis-script.js';

/** Field names of a grant that are the name of a scope begin so; `decision` and `uses` are the others. */
export const SCOPE_FIELD = 'scope:';

/**
 * ARGV: life in ms, then fields and values of the grant. No DEL where nothing is: a script that has written once is
 * no longer refused by a server without memory.
 */
export const PUT_GRANT = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`);

/**
 * ARGV: what the key of a scope begins with. A scope without a key was not ended, or so long ago that no grant of
 * that time lives. The keys of the scopes stand in the grant: one Redis, not a cluster of several.
 */
export const TAKE_GRANT_USE = new RedisScript(`
local decision
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local name, value = fields[i], fields[i + 1]
  if name == 'decision' then
    decision = value
  elseif name ~= 'uses' then
    local generation = redis.call('GET', ARGV[1] .. string.sub(name, ${SCOPE_FIELD.length + 1}))
    if generation and generation ~= value then
      redis.call('DEL', KEYS[1])
      return false
    end
  end
end
if not decision then return false end
if redis.call('HINCRBY', KEYS[1], 'uses', -1) <= 0 then redis.call('DEL', KEYS[1]) end
return decision
`);

/**
 * ARGV: life in ms. The generation is the server's time in microseconds, so that a scope whose key ran out never
 * gets one for the second time; a life that is left over from an earlier end is not cut short.
 */
export const END_SCOPE = new RedisScript(`
local time = redis.call('TIME')
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local generation = math.max(time[1] * 1000000 + time[2], last + 1)
local life = math.max(tonumber(ARGV[1]), redis.call('PTTL', KEYS[1]))
redis.call('SET', KEYS[1], string.format('%.0f', generation), 'PX', string.format('%.0f', life))
return 1
`);

/** Field names of work that are the name of a note begin so; `digest`, `holder`, `until` and `outcome` are the others. */
export const NOTE_FIELD = 'note:';

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * ARGV: digest, holder, lease and life in ms. Answers the state, and behind it the outcome or the fields. The life is
 * that of the first beginning, and never shorter than the lease.
 */
export const CLAIM_WORK = new RedisScript(`
${NOW}
local fields = redis.call('HGETALL', KEYS[1])
local work = {}
for i = 1, #fields, 2 do work[fields[i]] = fields[i + 1] end
if work.digest then
  if work.digest ~= ARGV[1] then return { 'different' } end
  if work.outcome then return { 'finished', work.outcome } end
  if tonumber(work['until']) > now then return { 'running' } end
end
redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'holder', ARGV[2], 'until', string.format('%.0f', now + ARGV[3]))
if not work.digest then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return { 'begun', unpack(fields) }
`);

/** ARGV: holder, lease in ms, then field and text of a note. */
export const NOTE_WORK = new RedisScript(`
${NOW}
local work = redis.call('HMGET', KEYS[1], 'holder', 'outcome')
if work[1] ~= ARGV[1] or work[2] then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]), unpack(ARGV, 3))
return 1
`);

/** ARGV: holder, outcome. */
export const FINISH_WORK = new RedisScript(`
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'outcome', ARGV[2])
return 1
`);

/** ARGV: holder. */
export const RELEASE_WORK = new RedisScript(`
local fields = redis.call('HGETALL', KEYS[1])
local work, hasNotes = {}, false
for i = 1, #fields, 2 do
  work[fields[i]] = fields[i + 1]
  hasNotes = hasNotes or string.sub(fields[i], 1, ${NOTE_FIELD.length}) == '${NOTE_FIELD}'
end
if work.holder ~= ARGV[1] or work.outcome then return 0 end
if hasNotes then redis.call('HSET', KEYS[1], 'until', '0') else redis.call('DEL', KEYS[1]) end
return 1
`);

/** ARGV: the window in ms. Answers the total and what is left of the window. */
export const COUNT = new RedisScript(`
local total = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { total, left }
`);
