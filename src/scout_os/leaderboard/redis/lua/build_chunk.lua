-- One chunk of the snapshot. Refused (0) unless the build is ours, complete, and waits for this chunk.
-- KEYS: build, build eras, build meta
-- ARGV: token, number of this chunk, seconds to live, learners in all, then triples in one string, '-' = not on the board
local token, chunks = unpack(redis.call('HMGET', KEYS[3], 'token', 'chunks'))
if token ~= ARGV[1] or chunks ~= ARGV[2] or not complete(KEYS[1], KEYS[2], KEYS[3]) then return 0 end
local chunk, last = ARGV[5], 4
ARGV[5] = nil
for word in string.gmatch(chunk, '%S+') do
  last = last + 1
  ARGV[last] = word ~= '-' and word or ''
end
merge(KEYS[1], KEYS[2], KEYS[3], 5)
redis.call('HINCRBY', KEYS[3], 'chunks', 1)
redis.call('HINCRBY', KEYS[3], 'done', (#ARGV - 4) / 3)
redis.call('HSET', KEYS[3], 'total', ARGV[4])
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], ARGV[3]) end
return 1
