-- The heart of the board; put in front of the scripts that use it.
--
-- A learner's place is a register (era, total) that only moves forward: a lower era is dropped, a higher era is stored
-- and written as it is, the same era only raises. So order, repetition and delay of writes do not matter.
--
-- A set is complete if it holds as many members (n) and eras (e) as its meta says. Any other set is "absent".

local function complete(zset, eras, meta)
  local n, e = unpack(redis.call('HMGET', meta, 'n', 'e'))
  return n and e and tonumber(n) == redis.call('ZCARD', zset) and tonumber(e) == redis.call('HLEN', eras)
end

-- ARGV from `first`: user id, era, total ('' = not on the board), and so on in threes.
local function merge(zset, eras, meta, first)
  for i = first, #ARGV, 3 do
    local user, era, total = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
    local known = tonumber(redis.call('HGET', eras, user) or '0')
    if era > known then
      redis.call('HSET', eras, user, ARGV[i + 1])
      if total == '' then
        redis.call('ZREM', zset, user)
      else
        redis.call('ZADD', zset, total, user)
      end
    elseif era == known and total ~= '' then
      redis.call('ZADD', zset, 'GT', total, user)
    end
  end
  redis.call('HSET', meta, 'n', redis.call('ZCARD', zset), 'e', redis.call('HLEN', eras))
end

-- Note when the set was changed (milliseconds of Redis' clock), so that a reader who has seen a newer one knows an
-- older state of Redis when it meets one. Returns it.
local function stamp(meta)
  local now = redis.call('TIME')
  local at = string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000))
  redis.call('HSET', meta, 'at', at)
  return at
end

-- A build set lives no longer than its meta: what a write between two chunks created must expire with a dead builder.
local function age_with(meta, zset, eras)
  local ttl = redis.call('TTL', meta)
  if ttl > 0 then
    redis.call('EXPIRE', zset, ttl)
    redis.call('EXPIRE', eras, ttl)
  end
end

-- Whether the set's chain of links reaches PostgreSQL's: its link, or the one before it (a drain that Redis did and
-- PostgreSQL did not commit).
local function linked(meta, link)
  local own, previous = unpack(redis.call('HMGET', meta, 'link', 'prev'))
  return own == link or previous == link
end
