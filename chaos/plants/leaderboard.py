"""Planted bugs in the leaderboard: late writes, rebuilds and answers that may not be believed."""

from __future__ import annotations

from functools import partial

from chaos.plants.planting import Edit, Plant, in_lua, in_python

_training = partial(in_python, "scout_os.training.repository")
_sync_sql = partial(in_python, "scout_os.leaderboard.sync.repository")
_redis_board = partial(in_python, "scout_os.leaderboard.redis.redis_board")
_merge = partial(in_lua, "merge", "merge_some")


def _fast_path_by(command: str) -> Edit:
    """The fast path writes each total by `command`, without looking at eras."""
    begin = "if redis.call('HGET', KEYS[6], 'identity') == ARGV[1]"
    merge = f"""
        local function merge(zset, eras, meta)
          for i = 3, #ARGV, 3 do
            if ARGV[i + 2] ~= '' then redis.call({command}, ARGV[i + 2], ARGV[i]) end
          end
          redis.call('HSET', meta, 'n', redis.call('ZCARD', zset))
          return 1
        end
        {begin}
    """
    return in_lua("fast", "", begin, merge)


LEADERBOARD = (
    Plant(
        "zincrby",
        "The fast path adds what was paid instead of merging the total, so a late one counts twice.",
        "late-writes",
        _fast_path_by("'ZINCRBY', zset"),
        _training(
            "_outcome",
            'row["total_xp"] if row["on_board"] and row["total_xp"] > 0 else None',
            'row["paid"] if row["on_board"] and row["paid"] else None',
        ),
    ),
    Plant(
        "fast-path-drops-era",
        "The fast path raises places without looking at eras, so that a late one brings a deleted learner back.",
        "late-writes",
        _fast_path_by("'ZADD', zset, 'GT'"),
    ),
    Plant(
        "zadd-without-guard",
        "A place is written as it comes, so a late write takes a newer total back.",
        "late-writes",
        _merge("'ZADD', zset, 'GT', 'CH'", "'ZADD', zset, 'CH'"),
    ),
    Plant(
        "late-write-revives",
        "A write of an earlier era is not dropped, so a late one brings a deleted learner back.",
        "late-writes",
        _merge("era == (known[user] or 0) and total ~= ''", "total ~= ''"),
    ),
    Plant(
        "xp-as-float",
        "Totals pass through Lua's numbers, which print with 14 digits.",
        "corrections",
        _merge("tonumber(ARGV[i + 1]), ARGV[i + 2]", "tonumber(ARGV[i + 1]), tostring(tonumber(ARGV[i + 2]) or '')"),
    ),
    Plant(
        "not-lowered-after-restore",
        "The chain of links is not looked at, so a PostgreSQL that went back in time goes unnoticed.",
        "postgres-goes-back",
        in_lua("merge", "linked", "own == link or previous == link", "own ~= '' or previous ~= '' or link ~= ''"),
    ),
    Plant(
        "completeness-dropped",
        "A board is believed without counting its members.",
        "losses",
        in_lua(
            "merge",
            "complete",
            "and tonumber(n) == redis.call('ZCARD', zset) and tonumber(e) == redis.call('HLEN', eras)",
            "",
        ),
    ),
    Plant(
        "missing-means-empty",
        "A board without its marker is read as a board of nobody.",
        "losses",
        _redis_board(
            "RedisBoard.look",
            "if reply is None: return None",
            "if reply is None: return Snapshot(0, '', [], dict.fromkeys(user_ids), '')",
        ),
    ),
    Plant(
        "zrevrank-as-rank",
        "A learner's rank is the place in the list, so equals have different ranks.",
        "everyday",
        in_lua("look", "", "for _, score", "for i, score"),
        in_lua(
            "look",
            "",
            "not ranks[score] then ranks[score] = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. score, '+inf')",
            "true then ranks[score] = 1 + redis.call('ZREVRANK', KEYS[1], ids[first + i - 1])",
        ),
    ),
    Plant(
        "other-tie-order",
        "PostgreSQL lists equals by number, Redis by their bytes.",
        "redis-down",
        in_python("scout_os.leaderboard.repository", "_ORDER", '(id::text) COLLATE "C" DESC', "id"),
    ),
    Plant(
        "outbox-by-last-id",
        "The drain goes on behind the highest number it has seen and skips what commits late.",
        "late-commits",
        _sync_sql("COUNT_SECONDS", "30", "30; _seen = [0]"),
        _sync_sql(
            "take_outbox",
            '''
                DELETE FROM board_outbox WHERE id IN (
                    SELECT id FROM board_outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
                ) RETURNING user_id
                """,
            ''',
            'SELECT id, user_id FROM board_outbox WHERE id > $1 ORDER BY id LIMIT $2""", _seen[0],',
        ),
        _sync_sql(
            "take_outbox",
            'return list({row["user_id"] for row in rows})',
            """
                _seen[0] = max([_seen[0], *(row["id"] for row in rows)])
                await connection.execute("DELETE FROM board_outbox WHERE id <= $1", _seen[0])
                return list({row["user_id"] for row in rows})
            """,
        ),
    ),
    Plant(
        "no-drain",
        "The outbox is emptied and nothing is done with it: only the fast path keeps the board.",
        "redis-down",
        in_python("scout_os.leaderboard.sync.outbox_relay", "OutboxRelay._drain_in_transaction", "=registers", "=[]"),
    ),
    Plant(
        "ghost-entry",
        "The drain asks only for those who are on the board, and so takes nobody off it.",
        "corrections",
        _sync_sql("list_registers", "= ANY ($1::bigint[])", "= ANY ($1::bigint[]) AND on_board"),
    ),
    Plant(
        "rebuild-in-place",
        "The rebuild empties the board that is being read and fills it again.",
        "rebuilds",
        _redis_board("BUILD", '"{leaderboard:training}:build"', "BOARD"),
        _redis_board("BUILD_ERAS", '"{leaderboard:training}:build:era"', "ERAS"),
        _redis_board("BUILD_META", '"{leaderboard:training}:build:meta"', "META"),
        in_lua("swap", "", "redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])", ""),
        in_lua("swap", "", "redis.call('RENAME', KEYS[i], KEYS[i - 3])", ""),
    ),
    Plant(
        "rebuild-loses-writes",
        "What is committed while a rebuild runs goes into the old board only.",
        "rebuilds",
        in_lua(
            "drain", "advance", "= merge(zset, eras, meta, 5)", "= zset == KEYS[1] and merge(zset, eras, meta, 5) or 0"
        ),
        in_lua("fast", "", "merge(KEYS[4], KEYS[5], KEYS[6], 3)", ""),
    ),
    Plant(
        "rebuild-without-lock",
        "Any number of processes rebuild at once.",
        "rebuilds",
        _sync_sql("take_lease", "AND (builder IS NULL OR builder_until < clock_timestamp())", ""),
    ),
    Plant(
        "lock-without-fencing",
        "A builder that was frozen and replaced goes on as if it still held the lock.",
        "frozen-builder",
        in_lua("build_chunk", "", "token ~= ARGV[1] or chunks ~= ARGV[2] or", ""),
        in_lua("swap", "", "token ~= ARGV[1] or chunks ~= ARGV[2] or", ""),
        _sync_sql("renew_lease", "AND builder = $1", "AND $1 <> ''"),
        _sync_sql("lock_as_builder", "AND builder = $1", "AND $1 <> ''"),
    ),
)
