-- The top of the board and the standings of some learners, from one instant, or nil if the board is absent. Put behind merge.lua.
-- The rows are sent only if they are not those that the reader has already.
-- KEYS: board, eras, meta   ARGV: schema, rows of the top (0: none), digest of the rows known ('' = none), user ids in one string
-- Returns the time of the last change, the count of changes, the mark of the profiles (in the field `faces`), the rows' digest, the rows, and score
-- ('' = none) and rank of each learner.
local schema, at, changes, profiles = unpack(redis.call('HMGET', KEYS[3], 'schema', 'at', 'changes', 'faces'))
if schema ~= ARGV[1] or not complete(KEYS[1], KEYS[2], KEYS[3]) then return nil end
if profiles and string.find(profiles, '%W') then profiles = nil end -- no mark of ours, and perhaps no text

local digest, rows = '', {}
if tonumber(ARGV[2]) > 0 then
  rows = redis.call('ZRANGE', KEYS[1], 0, ARGV[2] - 1, 'REV', 'WITHSCORES')
  digest = redis.sha1hex(table.concat(rows, ' '))
  if digest == ARGV[3] then rows = {} end
end

local ids, standings, ranks = {}, {}, {}
for id in string.gmatch(ARGV[4], '%S+') do ids[#ids + 1] = id end
for first = 1, #ids, 5000 do -- Lua passes 8000 arguments at most
  local scores = redis.call('ZMSCORE', KEYS[1], unpack(ids, first, math.min(first + 4999, #ids)))
  for _, score in ipairs(scores) do
    if score and not ranks[score] then ranks[score] = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. score, '+inf') end
    standings[#standings + 1] = score or ''
    standings[#standings + 1] = score and ranks[score] or 0
  end
end
return {at or '0', changes or '0', profiles or '', digest, rows, standings}
