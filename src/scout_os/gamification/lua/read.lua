-- Page, own score, own rank and the time of the last change, from one instant, or nil if the board is absent.
-- KEYS: board, eras, meta   ARGV: schema, last position of the page (-1: no page), user id ('' = nobody)
local n, e, schema, at = unpack(redis.call('HMGET', KEYS[3], 'n', 'e', 'schema', 'at'))
if not n or not e or schema ~= ARGV[1] then return nil end
if tonumber(n) ~= redis.call('ZCARD', KEYS[1]) or tonumber(e) ~= redis.call('HLEN', KEYS[2]) then return nil end

local page, score, rank = {}, '', 0
if tonumber(ARGV[2]) >= 0 then
  page = redis.call('ZRANGE', KEYS[1], 0, ARGV[2], 'REV', 'WITHSCORES')
end
if ARGV[3] ~= '' then
  score = redis.call('ZSCORE', KEYS[1], ARGV[3]) or ''
  if score ~= '' then rank = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. score, '+inf') end
end
return {page, score, rank, at or '0'}
