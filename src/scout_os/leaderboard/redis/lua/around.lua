-- Some learners' neighbours on the board, from one instant, or nil if the board is absent. Put behind merge.lua.
-- Three commands of logarithmic cost for each learner.
-- KEYS: board, eras, meta   ARGV: schema, rows on each side, then "id digest id digest …" in one string (digest known, '-' = none)
-- Returns the time of the last change, the count of changes, the mark of the profiles (in the field `faces`), and for each
-- learner: nothing if not on the board, else the digest of what follows, and unless that is the one known: the place of the
-- first row (from 0), its rank, and the rows.
local schema, at, changes, profiles = unpack(redis.call('HMGET', KEYS[3], 'schema', 'at', 'changes', 'faces'))
if schema ~= ARGV[1] or not complete(KEYS[1], KEYS[2], KEYS[3]) then return nil end
if profiles and string.find(profiles, '%W') then profiles = nil end -- no mark of ours, and perhaps no text

local found = {}
for id, known in string.gmatch(ARGV[3], '(%S+) (%S+)') do
  local place, shown = redis.call('ZREVRANK', KEYS[1], id), {}
  if place then
    local first = math.max(0, place - ARGV[2])
    local rows = redis.call('ZRANGE', KEYS[1], first, place + ARGV[2], 'REV', 'WITHSCORES')
    local rank = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. rows[2], '+inf')
    local digest = redis.sha1hex(first .. ' ' .. rank .. ' ' .. table.concat(rows, ' '))
    shown = digest == known and {digest} or {digest, first, rank, rows}
  end
  found[#found + 1] = shown
end
return {at or '0', changes or '0', profiles or '', found}
