-- Take one of each bucket, or of none. KEYS: buckets. ARGV: for each bucket, in microseconds, what one costs and how far
-- ahead of the clock it may be; a negative cost gives back. Answers 0, or the microseconds after which it may work.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_at, wait = {}, 0
for i, key in ipairs(KEYS) do
    full_at[i] = math.max(tonumber(redis.call('GET', key)) or now, now)
    wait = math.max(wait, full_at[i] - now - ARGV[2 * i])
end
if wait > 0 then
    return wait
end
for i, key in ipairs(KEYS) do
    local at = full_at[i] + ARGV[2 * i - 1]
    if at > now then
        redis.call('SET', key, string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000))
    else
        redis.call('DEL', key)
    end
end
return 0
