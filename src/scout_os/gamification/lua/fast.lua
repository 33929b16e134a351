-- The fast path: merge what a transaction has just committed, into the board and into a rebuild under way.
-- A board that is absent, or of another history of PostgreSQL, is left alone: the drain will see to it.
-- KEYS: board, eras, meta, build, build eras, build meta   ARGV: identity, then threes.  Returns the time of the
-- change if the board took it, else nil.
if redis.call('HGET', KEYS[6], 'identity') == ARGV[1] and complete(KEYS[4], KEYS[5], KEYS[6]) then
  merge(KEYS[4], KEYS[5], KEYS[6], 2)
  age_with(KEYS[6], KEYS[4], KEYS[5])
end
if redis.call('HGET', KEYS[3], 'identity') == ARGV[1] and complete(KEYS[1], KEYS[2], KEYS[3]) then
  local changed = merge(KEYS[1], KEYS[2], KEYS[3], 2)
  return stamp(KEYS[3], changed)
end
return nil
