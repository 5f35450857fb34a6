-- Let a rendering lease go, unless the record has moved on since it was read. A record that ends by
-- itself is finished: nothing will change where it is shown, so that is forgotten sooner than the record.
--
-- KEYS  1 lease (string)   2 record (hash v)   3 where it is shown (hash)
-- ARGV  1 lease's token    2 version that was rendered   3 seconds that the places of a finished one live
-- Returns 1 when let go or no longer held, 0 when there is something newer to render

if redis.call("GET", KEYS[1]) ~= ARGV[1] then
  return 1
end
if redis.call("HGET", KEYS[2], "v") ~= ARGV[2] then
  return 0
end
redis.call("DEL", KEYS[1])
if redis.call("TTL", KEYS[2]) >= 0 then
  redis.call("EXPIRE", KEYS[3], ARGV[3])
end
return 1
