-- Let a try in if it may fail: of each bucket there must be one left for it, and for each of those in flight.
-- KEYS: for each bucket itself, and the set of the tries in flight, with the time after which each is forgotten.
-- ARGV: the try, the microseconds after which it is forgotten, then for each bucket what one costs and how much there is.
-- Returns 0, or -1 if it may be let in when others have ended, or the microseconds after which it may work.
local wait, busy = 0, false
for i = 1, #KEYS, 2 do
  local cost, most = tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local ahead = read(KEYS[i], most)
  wait = math.max(wait, ahead + cost - most)
  redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', now)
  redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], now + ARGV[2] + 1, '+inf') -- of before the clock was set back
  busy = busy or ahead + cost * (redis.call('ZCARD', KEYS[i + 1]) + 1) > most
end
if wait > 0 then return wait end
if busy then return -1 end
for i = 2, #KEYS, 2 do
  redis.call('ZADD', KEYS[i], string.format('%.0f', now + ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[i], math.ceil(ARGV[2] / 1000))
end
return 0
