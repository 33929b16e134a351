-- A try has ended. KEYS: sets of tries in flight, then the buckets that its failure costs.
-- ARGV: the try, how many sets, then for each bucket what one costs, and how much there is at most.
local sets = tonumber(ARGV[2])
for i = 1, sets do redis.call('ZREM', KEYS[i], ARGV[1]) end
for i = 1, #KEYS - sets do
  local cost, most = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  put(KEYS[sets + i], math.min(read(KEYS[sets + i], most) + cost, most))
end
return 0
