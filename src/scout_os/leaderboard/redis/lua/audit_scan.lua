-- A slice of the members, in no order; writes nothing. Members that cannot be user ids are separated here, because their
-- bytes may be no text.
-- KEYS: board   ARGV: cursor, about how many
-- Returns the next cursor ('0' = that was all), then member and score of those that look like ids, then of the others.
local reply = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local plain, odd = {}, {}

local function is_id(member)
  local digits = string.match(member, '^%-?([1-9]%d*)$')
  return member == '0' or digits and (#digits < 19 or #digits == 19 and digits <= '9223372036854775807')
end

for i = 1, #reply[2], 2 do
  local member, score = reply[2][i], reply[2][i + 1]
  if is_id(member) then
    plain[#plain + 1] = member
    plain[#plain + 1] = score
  else
    odd[#odd + 1] = string.sub(string.gsub(member, '[^%w%p]', '?'), 1, 40)
    odd[#odd + 1] = score
  end
end
return {reply[1], plain, odd}
