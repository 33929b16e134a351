-- Take one of each bucket, or of none. KEYS: buckets. ARGV: for each bucket what one costs, and how much there is at most.
-- Returns 0, or the microseconds after which it may work.
local ahead, wait = {}, 0
for i, key in ipairs(KEYS) do
  ahead[i] = read(key, tonumber(ARGV[2 * i]))
  wait = math.max(wait, ahead[i] + ARGV[2 * i - 1] - ARGV[2 * i])
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do put(key, ahead[i] + ARGV[2 * i - 1]) end
return 0
