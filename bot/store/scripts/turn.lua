-- Give one turn at what may be done only so often a minute, or tell how long until it comes.
--
-- A window that slides: never more than `most` turns in any window. Who has to wait gets a place in the
-- queue, urgent ones before the others, each kind in the order of asking. A place holds one turn back and
-- no more, and is given up when its holder does not come by a window after his time.
--
-- KEYS 1 given turns by when (zset)   2 the queue, tickets by their order (zset)
--      3 tickets by until when their place is kept (zset)
-- ARGV 1 ticket   2 "1" = urgent   3 most   4 window in milliseconds   5 turns kept for urgent ones
--      6 seconds that the queue lives unused
-- Returns 0 = it is given now, else the milliseconds until it is likely to be given

-- Redis's own clock, as the workers' may differ.
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
local window = tonumber(ARGV[4])
local urgent = ARGV[2] == "1"
local most = tonumber(ARGV[3]) - (urgent and 0 or tonumber(ARGV[5]))

redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - window)
for _, late in ipairs(redis.call("ZRANGEBYSCORE", KEYS[3], "-inf", now)) do
  redis.call("ZREM", KEYS[2], late)
  redis.call("ZREM", KEYS[3], late)
end

if not redis.call("ZSCORE", KEYS[2], ARGV[1]) then
  -- A year 2500 and later is behind every urgent one.
  redis.call("ZADD", KEYS[2], (urgent and 0 or 2 ^ 44) + now, ARGV[1])
end
local before = redis.call("ZRANK", KEYS[2], ARGV[1])
local free = most - redis.call("ZCARD", KEYS[1])

if before < free then
  redis.call("ZREM", KEYS[2], ARGV[1])
  redis.call("ZREM", KEYS[3], ARGV[1])
  redis.call("ZADD", KEYS[1], now, string.format("%.3f %s", now, ARGV[1]))
  redis.call("EXPIRE", KEYS[1], math.ceil(window / 1000))
  return 0
end

-- So many turns must come free first; they do in the order in which they were given, window after window.
local nth = before - math.max(free, 0)
local oldest = redis.call("ZRANGE", KEYS[1], nth % most, nth % most, "WITHSCORES")
local wait = (oldest[2] or now) + math.floor(nth / most) * window + window - now
redis.call("ZADD", KEYS[3], now + wait + window, ARGV[1])
redis.call("EXPIRE", KEYS[2], ARGV[6])
redis.call("EXPIRE", KEYS[3], ARGV[6])
return math.max(1, math.ceil(wait))
