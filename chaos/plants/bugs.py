"""The planted bugs: what each breaks, the short attack that is to find it, and where it sits in the service."""

from __future__ import annotations

from chaos.plants.planting import Edit, Plant, in_lua, in_python

TRAINING = "scout_os.training.repository"
GROUP_COMMIT = "scout_os.training.group_commit"
POSTGRES = "scout_os.core.postgres"
BOARD_SQL = "scout_os.leaderboard.repository"
SYNC_SQL = "scout_os.leaderboard.sync.repository"
REDIS_BOARD = "scout_os.leaderboard.redis.redis_board"


def _award(*, old: str, new: str) -> Edit:
    """In the statement that pays."""
    return in_python("scout_os.training.award_sql", "AWARD", old=old, new=new)


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
    return in_lua("fast", old=begin, new=merge)


AWARDS = (
    Plant(
        "two-commits",
        "The ledger's row and the learner's total are committed one after the other.",
        "crashes",
        _award(old="SET total_xp = u.total_xp + coalesce(a.amount, 0),", new="SET total_xp = u.total_xp,"),
        _award(
            old="coalesce(c.total_xp, a.total_xp) AS total_xp,", new="a.total_xp + coalesce(a.amount, 0) AS total_xp,"
        ),
        _award(
            old="coalesce(c.total_xp, a.total_xp), coalesce(c.streak",
            new="a.total_xp + coalesce(a.amount, 0), coalesce(c.streak",
        ),
        in_python(
            TRAINING,
            "TrainingRepository.write",
            old="async with self._database.transaction() as connection:",
            new="async with self._database.connection() as connection:",
        ),
        in_python(
            TRAINING,
            "TrainingRepository.write",
            old='hit("award_before_commit")',
            new="""
                hit("award_before_commit")
                for submission in submissions:
                    outcome = outcomes.get(submission.user_id)
                    paid = isinstance(outcome, Written) and b'"xp_earned":0' not in outcome.answer
                    if paid and not outcome.replayed:
                        add = "UPDATE users SET total_xp = total_xp + $2 WHERE id = $1"
                        await connection.execute(add, submission.user_id, submission.level.xp_reward)
            """,
        ),
    ),
    Plant(
        "read-modify-write",
        "The total is read without a lock and written back, so that two awards at once count as one.",
        "everyday",
        _award(old="FOR NO KEY UPDATE SKIP LOCKED", new=""),
        _award(
            old="SET total_xp = u.total_xp + coalesce(a.amount, 0),",
            new="SET total_xp = a.total_xp + coalesce(a.amount, 0),",
        ),
    ),
    Plant(
        "no-unique-key",
        "Each submission has a source of its own in the ledger, so a level pays again and again.",
        "everyday",
        _award(
            old="SELECT user_id, 'level:' || level_id, reward",
            new="SELECT user_id, 'level:' || level_id || '#' || submission_id, reward",
        ),
    ),
    Plant(
        "trust-client-score",
        "The client's own score decides whether a level is passed.",
        "everyday",
        in_python(
            "scout_os.training.judging",
            "_counted",
            old="Verdict(body.correct_answers,",
            new="Verdict(max(body.correct_answers, body.score),",
        ),
    ),
    Plant(
        "cache-before-commit",
        "The board hears of an award before it is committed.",
        "crashes",
        in_python(
            TRAINING,
            "TrainingRepository.write",
            old="self, submissions: Sequence[Submission])",
            new="self, submissions: Sequence[Submission], tell: Any)",
        ),
        in_python(
            TRAINING,
            "TrainingRepository.write",
            old="outcomes = await _write(connection, submissions)",
            new="""
                outcomes = await _write(connection, submissions)
                if changes := [out.change for out in outcomes.values() if isinstance(out, Written) and out.change]:
                    await tell(changes)
            """,
        ),
        in_python(
            GROUP_COMMIT,
            "GroupCommit._write_batch",
            old="[entry.submission for entry in entries])",
            new="[entry.submission for entry in entries], self._board.update_scores)",
        ),
    ),
    Plant(
        "no-fingerprint",
        "An idempotency key answers any request, also another than it was first used for.",
        "everyday",
        in_python(
            TRAINING,
            "_outcome",
            old='if row["is_kept"] and row["kept_fingerprint"] != submission.fingerprint:',
            new="if False:",
        ),
        in_python(
            TRAINING, "TrainingRepository.find_answer", old='if row["fingerprint"] != fingerprint:', new="if False:"
        ),
    ),
    Plant(
        "false-acknowledgement",
        "An award that failed is answered as if it had been paid.",
        "postgres-down",
        in_python(
            GROUP_COMMIT,
            "GroupCommit._write_batch",
            old="except Exception as error:",
            new="""
                except Unavailable:
                    for entry in entries:
                        said = entry.submission.answer_format.replace("%1$s", "COMPLETED")
                        for number in range(2, 6):
                            said = said.replace(f"%{number}$s", str(entry.submission.level.xp_reward))
                        self._answer(entry, Written(said.encode()))
                    return
                except Exception as error:
            """,
        ),
    ),
    Plant(
        "crossed-answers",
        "Answers of a batch are given out by position, to whomever that is.",
        "everyday",
        in_python(
            TRAINING,
            "_write",
            old='return {row["user_id"]: _outcome(by_learner[row["user_id"]], row) for row in rows}',
            new="return {sent.user_id: _outcome(sent, row) for sent, row in zip(submissions, rows, strict=False)}",
        ),
    ),
    Plant(
        "streak-by-server-date",
        "The day of a submission is the server's, not the learner's.",
        "everyday",
        _award(old="AT TIME ZONE l.timezone", new="AT TIME ZONE 'UTC'"),
    ),
    Plant(
        "aliases-earn-again",
        "A level is found under other spellings of its id, and each spelling is paid.",
        "everyday",
        _award(
            old="SELECT user_id, level_id, CASE WHEN passed",
            new="SELECT user_id, lower(btrim(level_id)), CASE WHEN passed",
        ),
        in_python(
            "scout_os.training.service",
            "TrainingService._judged",
            old="level = self.library.get_level(body.level_id)",
            new="""
                from dataclasses import replace
                level = replace(self.library.get_level(body.level_id.strip().lower()), id=body.level_id)
            """,
        ),
    ),
    Plant(
        "replay-takes-completion",
        "A failed replay takes COMPLETED back.",
        "everyday",
        _award(
            old="status = CASE WHEN p.status = 'COMPLETED' THEN p.status ELSE excluded.status END,",
            new="status = excluded.status,",
        ),
    ),
)

STORES = (
    Plant(
        "no-redis-timeout",
        "A Redis that hangs is waited for.",
        "redis-hung",
        in_python(REDIS_BOARD, "RedisBoard._call", old="asyncio.timeout(seconds)", new="asyncio.timeout(None)"),
    ),
    Plant(
        "no-postgres-timeout",
        "A PostgreSQL that hangs is waited for, by statements and before the pool.",
        "postgres-hung",
        in_python(POSTGRES, "CONNECT_SECONDS", old="0.7", new="120"),
        in_python(POSTGRES, "COMMAND_SECONDS", old="1.8", new="120"),
        in_python(POSTGRES, "POOL_WAIT_SECONDS", old="2.0", new="120.0"),
        in_python(POSTGRES, "SESSION_SETTINGS", old='"1500"', new='"0"'),
    ),
    Plant(
        "connection-leak",
        "A connection whose user fails or is cancelled is never given back to the pool.",
        "everyday",
        in_python(
            POSTGRES,
            "Database._acquire",
            old="async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:",
            new="""
                connection = await self._pool.acquire(timeout=CONNECT_SECONDS)
                if connection is not None:
            """,
        ),
        in_python(
            POSTGRES,
            "Database._acquire",
            old="yield connection",
            new="""
                yield connection
                await self._pool.release(connection)
            """,
        ),
    ),
    Plant(
        "readiness-by-redis",
        "A process is not ready while Redis is away.",
        "redis-down",
        in_python(
            "scout_os.app",
            "_health.readyz",
            old='return JSONResponse({"status": "ok"})',
            new="""
                from scout_os.leaderboard.redis.redis_board import BoardAway
                try:
                    await services.board.count_members()
                except BoardAway:
                    raise Unavailable("Redis is away.") from None
                return JSONResponse({"status": "ok"})
            """,
        ),
    ),
    Plant(
        "delete-without-era",
        "A deleted learner's era is not raised, so nothing takes the place off the board.",
        "corrections",
        in_python(
            "scout_os.moderation.repository",
            "_ERASE",
            old="hearts_date = NULL, board_era = board_era + 1",
            new="hearts_date = NULL",
        ),
    ),
)

LEADERBOARD = (
    Plant(
        "zincrby",
        "The fast path adds what was paid instead of merging the total, so a late one counts twice.",
        "late-writes",
        _fast_path_by("'ZINCRBY', zset"),
        in_python(
            TRAINING,
            "_outcome",
            old='row["total_xp"] if row["on_board"] and row["total_xp"] > 0 else None',
            new='row["paid"] if row["on_board"] and row["paid"] else None',
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
        in_lua("merge", "merge_some", old="'ZADD', zset, 'GT', 'CH'", new="'ZADD', zset, 'CH'"),
    ),
    Plant(
        "late-write-revives",
        "A write of an earlier era is not dropped, so a late one brings a deleted learner back.",
        "late-writes",
        in_lua(
            "merge",
            "merge_some",
            old="elseif era == (known[user] or 0) and total ~= '' then",
            new="elseif total ~= '' then",
        ),
    ),
    Plant(
        "xp-as-float",
        "Totals pass through Lua's numbers, which print with 14 digits.",
        "corrections",
        in_lua(
            "merge",
            "merge_some",
            old="local user, era, total = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]",
            new="""
                local user, era, total = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
                if total ~= '' then total = tostring(tonumber(total)) end
            """,
        ),
    ),
    Plant(
        "not-lowered-after-restore",
        "The chain of links is not looked at, so a PostgreSQL that went back in time goes unnoticed.",
        "postgres-goes-back",
        in_lua(
            "merge",
            "linked",
            old="return own == link or previous == link",
            new="return own ~= '' or previous ~= '' or link ~= ''",
        ),
    ),
    Plant(
        "completeness-dropped",
        "A board is believed without counting its members.",
        "losses",
        in_lua(
            "merge",
            "complete",
            old="and tonumber(n) == redis.call('ZCARD', zset) and tonumber(e) == redis.call('HLEN', eras)",
            new="",
        ),
        in_lua(
            "look",
            old="if tonumber(n) ~= redis.call('ZCARD', KEYS[1]) or tonumber(e) ~= redis.call('HLEN', KEYS[2])",
            new="if false",
        ),
    ),
    Plant(
        "missing-means-empty",
        "A board without its marker is read as a board of nobody.",
        "losses",
        in_python(
            REDIS_BOARD,
            "RedisBoard.look",
            old="""
                if reply is None:
                    return None
            """,
            new="""
                if reply is None:
                    return Snapshot(0, "", [], dict.fromkeys(user_ids), "")
            """,
        ),
    ),
    Plant(
        "zrevrank-as-rank",
        "A learner's rank is the place in the list, so equals have different ranks.",
        "everyday",
        in_lua("look", old="for _, score in ipairs(scores) do", new="for i, score in ipairs(scores) do"),
        in_lua(
            "look",
            old="""
                if score and not ranks[score] then
                    ranks[score] = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. score, '+inf') end
            """,
            new="if score then ranks[score] = 1 + redis.call('ZREVRANK', KEYS[1], ids[first + i - 1]) end",
        ),
    ),
    Plant(
        "other-tie-order",
        "PostgreSQL lists equals by number, Redis by their bytes.",
        "redis-down",
        in_python(BOARD_SQL, "_ORDER", old='(id::text) COLLATE "C" DESC', new="id"),
    ),
    Plant(
        "outbox-by-last-id",
        "The drain goes on behind the highest number it has seen and skips what commits late.",
        "late-commits",
        in_python(
            SYNC_SQL,
            "COUNT_SECONDS",
            old="COUNT_SECONDS = 30",
            new="""
                COUNT_SECONDS = 30
                _seen = [0]
            """,
        ),
        in_python(
            SYNC_SQL,
            "take_outbox",
            old='''
                """
                DELETE FROM board_outbox WHERE id IN (
                    SELECT id FROM board_outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
                ) RETURNING user_id
                """,
                limit,
                )
            ''',
            new="""
                "SELECT id, user_id FROM board_outbox WHERE id > $1 ORDER BY id LIMIT $2", _seen[0], limit)
            """,
        ),
        in_python(
            SYNC_SQL,
            "take_outbox",
            old='return list({row["user_id"] for row in rows})',
            new="""
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
        in_python(
            "scout_os.leaderboard.sync.outbox_relay",
            "OutboxRelay._drain_in_transaction",
            old="registers=registers,",
            new="registers=[],",
        ),
    ),
    Plant(
        "ghost-entry",
        "The drain asks only for those who are on the board, and so takes nobody off it.",
        "corrections",
        in_python(
            SYNC_SQL,
            "list_registers",
            old="WHERE id = ANY ($1::bigint[])",
            new="WHERE id = ANY ($1::bigint[]) AND on_board",
        ),
    ),
    Plant(
        "rebuild-in-place",
        "The rebuild empties the board that is being read and fills it again.",
        "rebuilds",
        in_python(REDIS_BOARD, "BUILD", old='"{leaderboard:training}:build"', new="BOARD"),
        in_python(REDIS_BOARD, "BUILD_ERAS", old='"{leaderboard:training}:build:era"', new="ERAS"),
        in_python(REDIS_BOARD, "BUILD_META", old='"{leaderboard:training}:build:meta"', new="META"),
        in_lua("swap", old="redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])", new=""),
        in_lua("swap", old="redis.call('RENAME', KEYS[i], KEYS[i - 3])", new=""),
    ),
    Plant(
        "rebuild-loses-writes",
        "What is committed while a rebuild runs goes into the old board only.",
        "rebuilds",
        in_lua(
            "drain",
            "advance",
            old="local changed = merge(zset, eras, meta, 5)",
            new="local changed = zset == KEYS[1] and merge(zset, eras, meta, 5) or 0",
        ),
        in_lua("fast", old="merge(KEYS[4], KEYS[5], KEYS[6], 3)", new=""),
    ),
    Plant(
        "rebuild-without-lock",
        "Any number of processes rebuild at once.",
        "rebuilds",
        in_python(SYNC_SQL, "take_lease", old="AND (builder IS NULL OR builder_until < clock_timestamp())", new=""),
    ),
    Plant(
        "lock-without-fencing",
        "A builder that was frozen and replaced goes on as if it still held the lock.",
        "frozen-builder",
        in_lua("build_chunk", old="if token ~= ARGV[1] or chunks ~= ARGV[2] or not complete", new="if not complete"),
        in_lua(
            "swap", old="if token ~= ARGV[1] or chunks ~= ARGV[2] or identity ~= ARGV[3]", new="if identity ~= ARGV[3]"
        ),
        in_python(SYNC_SQL, "renew_lease", old="AND builder = $1", new="AND $1 <> ''"),
        in_python(SYNC_SQL, "lock_as_builder", old="AND builder = $1", new="AND $1 <> ''"),
    ),
)

PLANTS = (*AWARDS, *STORES, *LEADERBOARD)
