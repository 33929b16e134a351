-- Functions on a set; put in front of the scripts that use them.
--
-- A learner's place is a register (era, total) that only moves forward: a lower era is dropped, a higher era is stored
-- and written as it is, the same era only raises. So order, repetition and delay of writes do not matter.
--
-- A set is complete if it holds as many members (n) and eras (e) as its meta says, and if what `stamp` wrote can be read.
-- Any other set is "absent".

-- Whether a field is a count that `stamp` may have written; a set that was never stamped has none.
local function is_count(value)
  return not value or string.match(value, '^%d+$') and tonumber(value) < 2^52
end

-- Whether the board belongs to a newer release than one of `schema`. What is no number of a schema belongs to nobody.
local function is_newer(meta, schema)
  local own = string.match(redis.call('HGET', meta, 'schema') or '', '^%d%d?%d?$')
  return own and tonumber(own) > tonumber(schema)
end

local function complete(zset, eras, meta)
  local n, e, at, changes = unpack(redis.call('HMGET', meta, 'n', 'e', 'at', 'changes'))
  return n and e and tonumber(n) == redis.call('ZCARD', zset) and tonumber(e) == redis.call('HLEN', eras)
    and is_count(at) and is_count(changes)
end

-- ARGV from `first` to `last`: triples of user id, era, total ('' = not on the board). Raises are collected and written by
-- one command, because a script spends its time on commands.
-- Returns how many places were changed.
local function merge_some(zset, eras, first, last)
  local known, raised, changed = {}, {}, 0
  local function write_raised()
    if #raised > 0 then changed = changed + redis.call('ZADD', zset, 'GT', 'CH', unpack(raised)) end
    raised = {}
  end

  if redis.call('HLEN', eras) > 0 then
    local users = {}
    for i = first, last, 3 do users[#users + 1] = ARGV[i] end
    for i, era in ipairs(redis.call('HMGET', eras, unpack(users))) do known[users[i]] = tonumber(era or '0') end
  end
  for i = first, last, 3 do
    local user, era, total = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
    if era > (known[user] or 0) then
      write_raised() -- in order: this learner may be among them
      known[user] = era
      redis.call('HSET', eras, user, ARGV[i + 1])
      if total == '' then
        changed = changed + redis.call('ZREM', zset, user)
      else
        changed = changed + redis.call('ZADD', zset, 'CH', total, user)
      end
    elseif era == (known[user] or 0) and total ~= '' then
      raised[#raised + 1] = total
      raised[#raised + 1] = user
    end
  end
  write_raised()
  return changed
end

local function merge(zset, eras, meta, first)
  local changed = 0
  for from = first, #ARGV, 3000 do -- Lua passes 8000 arguments at most
    changed = changed + merge_some(zset, eras, from, math.min(from + 2999, #ARGV))
  end
  redis.call('HSET', meta, 'n', redis.call('ZCARD', zset), 'e', redis.call('HLEN', eras))
  return changed
end

-- Note when the set was changed (milliseconds of Redis' clock) and return it. By it a reader who has seen a newer state
-- knows an older one.
--
-- If `changed` places of the board differ now, the count `changes` rises and is published. No two states share a count:
-- it is the microsecond of Redis' clock, or one more than the last count if that is more. A plain counter would start
-- again with an empty meta, and repeat itself after an older dump was loaded.
local function stamp(meta, changed)
  local now = redis.call('TIME')
  local at = string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000))
  if changed == 0 then
    redis.call('HSET', meta, 'at', at)
    return at
  end
  local last = tonumber(redis.call('HGET', meta, 'changes') or '0') or 0
  local changes = string.format('%.0f', math.max(last + 1, now[1] * 1000000 + now[2]))
  redis.call('HSET', meta, 'at', at, 'changes', changes)
  redis.pcall('PUBLISH', '{leaderboard:training}:changes', changes) -- a user without the right to publish may still write
  return at
end

-- A build set expires with its meta, also what a write between two chunks created.
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
