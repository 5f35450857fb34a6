-- One move of one request, whole or not at all: version check, record, audit event,
-- announcement, indexes, and what the delivery led to.
--
-- KEYS  1 record (hash v, json, move, told)  2 audit (stream)   3 audit head (hash n, link)
--       4 announcements (stream)        5 once (string)    6.. indexes (zset), then limits (zset)
-- ARGV  1 expected version, 0 = must not exist   2 record as JSON   3 event as JSON
--       4 SHA-256 of the event (names the move)  5 seconds the record still lives, 0 = for ever
--       6 what to remember under once, "" = nothing  7 seconds to remember it
--       8 member of the indexes   9 number of limits, whose keys come last
--       10.. one score per index, "-" = not in it; then four per limit: most, counted since (a score or
--       "-inf"), the score that this move counts with there ("-" = the indexes count it), seconds it is kept
--       last: "told" = the event belongs to the story that people are shown
-- Returns {"ok", version} | {"stale", version} | {"once", remembered} | {"full", number of the limit}
--
-- The chain links SHA-256 digests with SHA-1, the one hash that Redis offers to scripts:
-- nobody chooses the digests freely, so only second preimages would help a forger.

if ARGV[6] ~= "" then
  local remembered = redis.call("GET", KEYS[5])
  if remembered then
    return { "once", remembered }
  end
end

-- 64 bits tell the moves of one record apart.
local move = string.sub(ARGV[4], 1, 16)
local found = redis.call("HMGET", KEYS[1], "v", "move")
local version = tonumber(found[1] or "0")
if version ~= tonumber(ARGV[1]) then
  -- The answer to this very move was lost and it came again.
  if found[2] == move then
    return { "ok", version }
  end
  return { "stale", version }
end

local limits = tonumber(ARGV[9])
local last = #KEYS - limits
local first_limit = 10 + last - 5
for i = 1, limits do
  local at = first_limit + (i - 1) * 4
  if redis.call("ZCOUNT", KEYS[last + i], ARGV[at + 1], "+inf") >= tonumber(ARGV[at]) then
    return { "full", i }
  end
end

version = version + 1
redis.call("HSET", KEYS[1], "v", version, "json", ARGV[2], "move", move)
if tonumber(ARGV[5]) > 0 then
  redis.call("EXPIRE", KEYS[1], ARGV[5])
else
  redis.call("PERSIST", KEYS[1])
end

local head = redis.call("HMGET", KEYS[3], "n", "link")
local n = tonumber(head[1] or "0") + 1
local link = redis.sha1hex((head[2] or "") .. ARGV[4])
local entry = redis.call("XADD", KEYS[2], "*", "n", n, "event", ARGV[3], "digest", ARGV[4], "link", link)
redis.call("HSET", KEYS[3], "n", n, "link", link)
if ARGV[#ARGV] == "told" then
  -- Ids of the events, newest last; only as many as anybody reads.
  local told = redis.call("HGET", KEYS[1], "told")
  told = told and (told .. " " .. entry) or entry
  redis.call("HSET", KEYS[1], "told", string.sub(told, -800))
end

redis.call("XADD", KEYS[4], "MAXLEN", "~", 100000, "*", "request", ARGV[8])

for i = 6, last do
  local score = ARGV[i + 4]
  if score == "-" then
    redis.call("ZREM", KEYS[i], ARGV[8])
  else
    redis.call("ZADD", KEYS[i], score, ARGV[8])
  end
end

for i = 1, limits do
  local key, at = KEYS[last + i], first_limit + (i - 1) * 4
  if ARGV[at + 2] ~= "-" then
    redis.call("ZREMRANGEBYSCORE", key, "-inf", "(" .. ARGV[at + 1])
    -- Each move counts by itself: a rule may give the same key more time, too.
    redis.call("ZADD", key, ARGV[at + 2], ARGV[8] .. ":" .. version)
    redis.call("EXPIRE", key, ARGV[at + 3])
  end
end

if ARGV[6] ~= "" then
  redis.call("SET", KEYS[5], ARGV[6], "EX", ARGV[7])
end
return { "ok", version }
