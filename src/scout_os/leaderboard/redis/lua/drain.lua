-- The drain: merge the present registers of learners whose place changed, and take the chain one link further.
-- KEYS: board, eras, meta, build, build eras, build meta
-- ARGV: schema, identity, PostgreSQL's link, the next link ('' = only look), then triples of user id, era, total.
-- Returns {1 merged, 0 absent (a rebuild is needed), -1 the board belongs to a newer release; time of the last change}.
if is_newer(KEYS[3], ARGV[1]) then return {-1, '0'} end

local function advance(zset, eras, meta)
  if redis.call('HGET', meta, 'identity') ~= ARGV[2] or not complete(zset, eras, meta) or not linked(meta, ARGV[3]) then
    redis.call('DEL', meta)
    return 0
  end
  if ARGV[4] ~= '' then
    local changed = merge(zset, eras, meta, 5)
    redis.call('HSET', meta, 'prev', ARGV[3], 'link', ARGV[4])
    stamp(meta, zset == KEYS[1] and changed or 0)
  end
  return 1
end

if redis.call('EXISTS', KEYS[6]) == 1 then
  advance(KEYS[4], KEYS[5], KEYS[6])
  age_with(KEYS[6], KEYS[4], KEYS[5])
end
if redis.call('HGET', KEYS[3], 'schema') ~= ARGV[1] then return {0, '0'} end
return {advance(KEYS[1], KEYS[2], KEYS[3]), redis.call('HGET', KEYS[3], 'at') or '0'}
