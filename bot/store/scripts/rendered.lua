-- Let a rendering lease go, unless the record has moved on since it was read.
--
-- KEYS  1 lease (string)   2 record (hash v)
-- ARGV  1 lease's token    2 version that was rendered
-- Returns 1 when let go or no longer held, 0 when there is something newer to render

if redis.call("GET", KEYS[1]) ~= ARGV[1] then
  return 1
end
if redis.call("HGET", KEYS[2], "v") ~= ARGV[2] then
  return 0
end
redis.call("DEL", KEYS[1])
return 1
