-- Compare learners' places with what PostgreSQL says of them; writes nothing. Put behind merge.lua.
-- A board that is absent, or whose chain does not reach the snapshot that is compared, gives nil.
-- KEYS: board, eras, meta
-- ARGV: schema, identity, PostgreSQL's link, "id total id total ..." (total '-' = not on the board), 1000 learners at most
-- Returns members in all, how many of the learners are among them, then id and score ('' = missing) of each that differs.
local schema, identity = unpack(redis.call('HMGET', KEYS[3], 'schema', 'identity'))
if schema ~= ARGV[1] or identity ~= ARGV[2] then return nil end
if not complete(KEYS[1], KEYS[2], KEYS[3]) or not linked(KEYS[3], ARGV[3]) then return nil end

local ids, totals = {}, {}
for id, total in string.gmatch(ARGV[4], '(%S+) (%S+)') do
  ids[#ids + 1] = id
  totals[#totals + 1] = total
end

local found, differing = 0, {}
if #ids > 0 then
  local scores = redis.call('ZMSCORE', KEYS[1], unpack(ids))
  for i = 1, #ids do
    local score = scores[i]
    if score then found = found + 1 end
    if (score or '-') ~= totals[i] then
      differing[#differing + 1] = ids[i]
      differing[#differing + 1] = score or ''
    end
  end
end
return {redis.call('ZCARD', KEYS[1]), found, differing}
