-- Put the finished build in the board's place: readers see the old complete board or the new one, never a partial one.
-- KEYS: board, eras, meta, build, build eras, build meta
-- ARGV: token, number of chunks, identity, PostgreSQL's link, the next link
-- Returns the number of members, or -1 if the build is not ours, not complete, or of another past.
local token, chunks, identity = unpack(redis.call('HMGET', KEYS[6], 'token', 'chunks', 'identity'))
if token ~= ARGV[1] or chunks ~= ARGV[2] or identity ~= ARGV[3] then return -1 end
if not complete(KEYS[4], KEYS[5], KEYS[6]) or not linked(KEYS[6], ARGV[4]) then return -1 end

local changes = redis.pcall('HGET', KEYS[3], 'changes') -- what is there may be of any type
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
for i = 4, 6 do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    redis.call('PERSIST', KEYS[i])
    redis.call('RENAME', KEYS[i], KEYS[i - 3])
  end
end
redis.call('HDEL', KEYS[3], 'token', 'chunks', 'done', 'total')
redis.call('HSET', KEYS[3], 'prev', ARGV[4], 'link', ARGV[5])
if type(changes) == 'string' and is_count(changes) then redis.call('HSET', KEYS[3], 'changes', changes) end -- to go on from
stamp(KEYS[3], 1)
return redis.call('ZCARD', KEYS[1])
