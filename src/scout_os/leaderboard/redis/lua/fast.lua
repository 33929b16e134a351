-- The fast path: merge what a transaction has just committed, into the board and into a rebuild under way.
-- A board that is absent, of another history of PostgreSQL, or older than the writer has seen, is left to the drain.
-- (If an older state took the change, and its time, all readers would take it for a new one.)
-- KEYS: board, eras, meta, build, build eras, build meta   ARGV: identity, newest time of a change seen, then triples of user id, era, total.
-- Returns the time of the change if the board took it, else nil.
if redis.call('HGET', KEYS[6], 'identity') == ARGV[1] and complete(KEYS[4], KEYS[5], KEYS[6]) then
  merge(KEYS[4], KEYS[5], KEYS[6], 3)
  age_with(KEYS[6], KEYS[4], KEYS[5])
end
local own, at = unpack(redis.call('HMGET', KEYS[3], 'identity', 'at'))
if own == ARGV[1] and complete(KEYS[1], KEYS[2], KEYS[3]) and tonumber(at or '0') >= tonumber(ARGV[2]) then
  local changed = merge(KEYS[1], KEYS[2], KEYS[3], 3)
  return stamp(KEYS[3], changed)
end
return nil
