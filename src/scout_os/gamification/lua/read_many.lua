-- The page and the standings of many, from one instant, or nil if the board is absent.
-- KEYS: board, eras, meta   ARGV: schema, last position of the page, user ids in one string
-- Returns the count of changes, the time of the last one, the mark of the faces, the page, then score and rank of each id ('', 0 = not there).
local n, e, schema, at, changes, faces =
  unpack(redis.call('HMGET', KEYS[3], 'n', 'e', 'schema', 'at', 'changes', 'faces'))
if not n or not e or schema ~= ARGV[1] then return nil end
if tonumber(n) ~= redis.call('ZCARD', KEYS[1]) or tonumber(e) ~= redis.call('HLEN', KEYS[2]) then return nil end

local ids, standings, ranks = {}, {}, {}
for id in string.gmatch(ARGV[3], '%S+') do ids[#ids + 1] = id end
for first = 1, #ids, 5000 do -- Lua passes 8000 arguments at most
  local scores = redis.call('ZMSCORE', KEYS[1], unpack(ids, first, math.min(first + 4999, #ids)))
  for _, score in ipairs(scores) do
    if score and not ranks[score] then ranks[score] = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. score, '+inf') end
    standings[#standings + 1] = score or ''
    standings[#standings + 1] = score and ranks[score] or 0
  end
end
return {changes or '0', at or '0', faces or '', redis.call('ZRANGE', KEYS[1], 0, ARGV[2], 'REV', 'WITHSCORES'), standings}
