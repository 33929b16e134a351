-- Functions on a bucket; put in front of the scripts that use them. Times are microseconds of Redis' clock.
--
-- A bucket holds how far it was ahead of the clock (what it took and has not been refilled), and when that was written.
-- So a clock that was set back takes nothing from anybody, and nothing is believed to be further ahead than `most`.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function put(key, ahead)
  if ahead > 0 then
    redis.call('SET', key, string.format('%.0f %.0f', ahead, now), 'PX', math.ceil(ahead / 1000))
  else
    redis.call('DEL', key)
  end
end

local function read(key, most)
  local ahead, at = string.match(redis.call('GET', key) or '', '^(%d+) (%d+)$')
  if not ahead then return 0 end
  ahead, at = math.min(tonumber(ahead), most), tonumber(at)
  if at > now then
    put(key, ahead) -- else it would wait until the clock is there again
    return ahead
  end
  return math.max(ahead - (now - at), 0)
end
