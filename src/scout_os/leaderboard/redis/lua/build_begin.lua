-- Start an empty build set; an earlier builder loses its token. Runs under the lock on board_state.
-- Refused (0) if the board belongs to a newer release, which keeps it. Put behind merge.lua.
-- KEYS: build, build eras, build meta, board's meta   ARGV: token, schema, identity, PostgreSQL's link, seconds to live
if is_newer(KEYS[4], ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
redis.call('HSET', KEYS[3], 'n', 0, 'e', 0, 'token', ARGV[1], 'schema', ARGV[2], 'identity', ARGV[3],
  'link', ARGV[4], 'prev', ARGV[4], 'chunks', 0, 'done', 0)
redis.call('EXPIRE', KEYS[3], ARGV[5])
return 1
