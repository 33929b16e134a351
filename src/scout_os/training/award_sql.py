"""The award statement: the only place where XP is earned. One statement over arrays writes a batch in one commit.

Why it is correct:
- It locks the learners' rows first, in id order, and every other part joins the locked rows. It skips rows that another
  transaction locks, so one learner's transaction never delays the others; their submissions return no row.
- Unique constraints decide races: `xp_ledger_pays_once` (a level pays once), the key of `idempotency_keys` (a request
  counts once) and the key of `graded_attempts` (an issued attempt is graded once). If a concurrent request committed its
  key after this statement's snapshot, the whole statement fails. Written alone, behind `LOCK_LEARNER`, the submission
  sees what that request wrote.
- A disabled learner, and one whose token was logged out, is treated as missing, so no prior check is needed.
- Totals and streaks are computed from the row as it is when it is updated; nothing is read and then written back.
- PostgreSQL builds the answer, from a format that the service supplies, because the same statement stores it.

Why it is cheap: where one part holds a subset of another's learners, a FULL JOIN gives the same rows as a LEFT JOIN, and
PostgreSQL runs it as a hash join. It cannot know the size of these parts, and might otherwise choose nested loops, whose
cost grows with the square of the batch. For the same reason `input` looks up whether a level is open: as a condition of a
join, it would be looked up for each pair of submissions.

The parameters are arrays with one element a submission, and at most one submission a learner. A `done_at` from before the
account was made does not count. A late attempt (`done_at`) from before the learner's last active day may join days to a
streak. Only when written alone, behind `LOCK_LEARNER`, does a statement see all of those days; a batch skips it.
"""

from scout_os.users.local_day import zone_sql

_BETTER = "excluded.correct_answers > p.correct_answers"

_STREAK = """CASE WHEN u.last_active_date >= a.today THEN greatest(u.streak, 1)
                WHEN u.last_active_date = a.today - 1 THEN u.streak + 1
                ELSE 1 END"""
"""The streak after an attempt on the learner's local day `a.today`.

The same day changes nothing, except that a streak of 0 becomes 1. The next day adds one; a gap starts again at 1. A day
before the last one (the learner flew west, or a clock went back) changes nothing.
"""

_JOINED_STREAK = (
    f"CASE WHEN a.today + a.days_after >= u.last_active_date THEN greatest(u.streak, a.run) ELSE {_STREAK} END"
)
"""A late attempt on a new day joins the recorded days around it: if its run reaches the last one, the run is the streak."""

_LATE_DAY = """a.done_at IS NOT NULL AND a.today < a.last_active_date
                AND NOT EXISTS (SELECT FROM activity_days k WHERE k.user_id = a.user_id AND k.day = a.today)"""


def _run(comparison: str, order: str, sign: str) -> str:
    """How many recorded days lie next to `a.today` without a gap, on one side of it."""
    return f"""(SELECT count(*)::int
                  FROM (SELECT day, (row_number() OVER (ORDER BY day {order}))::int AS n FROM activity_days k
                         WHERE k.user_id = a.user_id AND k.day {comparison} a.today) k
                 WHERE k.day = a.today {sign} k.n)"""


_DONE_AT = "($21::timestamptz[])[array_position($2::bigint[], id)]"
_IS_BEFORE = "coalesce((done_at AT TIME ZONE zone)::date < last_active_date, false)"

_SETTLED = """
    SELECT a.*, d.amount FROM accepted a FULL JOIN paid d ON d.user_id = a.user_id
"""

_JOINED = f"""
    SELECT a.*, d.amount, a.days_before + 1 + a.days_after AS run
      FROM (SELECT a.*, CASE WHEN {_LATE_DAY} THEN {_run("<", "DESC", "-")} END AS days_before,
                   CASE WHEN {_LATE_DAY} THEN {_run(">", "ASC", "+")} END AS days_after
              FROM accepted a) a
      FULL JOIN paid d ON d.user_id = a.user_id
"""

_AWARD = """
WITH input AS MATERIALIZED (
    SELECT i.*, i.requires IS NULL OR EXISTS (
               SELECT FROM user_progress p
                WHERE p.user_id = i.user_id AND p.level_id IN (i.requires, i.level_id) AND p.status = 'COMPLETED') AS is_open
      FROM unnest(
        $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bool[], $6::bigint[], $7::int[],
        $8::bigint[], $9::int[], $10::bigint[], $11::bigint[], $12::text[], $13::bytea[], $14::text[], $15::timestamptz[],
        $17::bytea[], $18::uuid[], $19::timestamptz[]
    ) AS i (submission_id, user_id, level_id, requires, passed, reward, content_version,
            score, correct_answers, total_questions, time_spent_seconds, key, fingerprint, answer_format, at, token_id,
            attempt_id, issued_at)
), locked AS MATERIALIZED (
    SELECT id, total_xp, board_era, on_board, streak, longest_streak, last_active_date, timezone,
           {zone} AS zone, CASE WHEN {done_at} >= created_at THEN {done_at} END AS done_at
      FROM users
     WHERE id = ANY ($2::bigint[]) AND is_active
       AND token_generation = ($16::int[])[array_position($2::bigint[], id)]
       AND account_key IS NOT DISTINCT FROM ($20::uuid[])[array_position($2::bigint[], id)]
       AND id <> ALL (ARRAY(SELECT i.user_id FROM input i JOIN revoked_tokens r ON r.token_id = i.token_id))
     ORDER BY id
       FOR NO KEY UPDATE SKIP LOCKED
), learner AS NOT MATERIALIZED (
    SELECT * FROM locked WHERE {taken}
), kept AS MATERIALIZED (
    SELECT k.user_id, k.fingerprint, k.answer
      FROM input i JOIN idempotency_keys k ON k.user_id = i.user_id AND k.key = i.key
), used AS MATERIALIZED (
    SELECT g.user_id FROM input i JOIN graded_attempts g ON g.user_id = i.user_id AND g.attempt_id = i.attempt_id
), accepted AS MATERIALIZED (
    SELECT i.*, l.done_at,
           coalesce(l.done_at, i.at) AS earned_at, (coalesce(l.done_at, i.at) AT TIME ZONE l.zone)::date AS today,
           l.total_xp, l.streak, l.longest_streak, l.last_active_date
      FROM input i JOIN learner l ON l.id = i.user_id
     WHERE NOT EXISTS (SELECT FROM kept k WHERE k.user_id = i.user_id)
       AND NOT EXISTS (SELECT FROM used s WHERE s.user_id = i.user_id)
       AND i.is_open
), graded AS (
    INSERT INTO graded_attempts (user_id, attempt_id, level_id, issued_at, graded_at, correct_answers, passed, done_at)
    SELECT user_id, attempt_id, level_id, issued_at, at, correct_answers, passed, done_at
      FROM accepted WHERE attempt_id IS NOT NULL
), paid AS (
    INSERT INTO xp_ledger (user_id, source, amount, content_version, submission_id, earned_at)
    SELECT user_id, 'level:' || level_id, reward, content_version, submission_id, earned_at FROM accepted WHERE passed
    ON CONFLICT ON CONSTRAINT xp_ledger_pays_once DO NOTHING
    RETURNING user_id, amount
), settled AS MATERIALIZED ({settled}), progressed AS (
    INSERT INTO user_progress AS p (user_id, level_id, status, xp_earned, score, correct_answers, total_questions,
                                    time_spent_seconds, created_at, completed_at)
    SELECT user_id, level_id, CASE WHEN passed THEN 'COMPLETED' ELSE 'IN_PROGRESS' END, coalesce(amount, 0),
           score, correct_answers, total_questions, time_spent_seconds, earned_at, CASE WHEN passed THEN earned_at END
      FROM settled
    ON CONFLICT (user_id, level_id) DO UPDATE SET
        attempts = p.attempts + 1,
        xp_earned = p.xp_earned + excluded.xp_earned,
        status = CASE WHEN p.status = 'COMPLETED' THEN p.status ELSE excluded.status END,
        completed_at = coalesce(p.completed_at, excluded.completed_at),
        score = CASE WHEN {better} THEN excluded.score ELSE p.score END,
        total_questions = CASE WHEN {better} THEN excluded.total_questions ELSE p.total_questions END,
        time_spent_seconds = CASE WHEN {better} THEN excluded.time_spent_seconds ELSE p.time_spent_seconds END,
        correct_answers = greatest(p.correct_answers, excluded.correct_answers)
    RETURNING user_id, status
), active_day AS (
    INSERT INTO activity_days (user_id, day) SELECT user_id, today FROM accepted ON CONFLICT DO NOTHING
), changed AS (
    UPDATE users u
       SET total_xp = u.total_xp + coalesce(a.amount, 0),
           streak = {streak},
           longest_streak = greatest(u.longest_streak, {streak}, {run}),
           last_active_date = greatest(u.last_active_date, a.today)
      FROM settled a
     WHERE u.id = a.user_id
       AND (a.amount IS NOT NULL OR u.last_active_date IS NULL OR u.last_active_date < a.today OR u.streak = 0
            OR {run} IS NOT NULL)
    RETURNING u.id, u.total_xp, u.streak, u.longest_streak
), queued AS (
    INSERT INTO board_outbox (user_id) SELECT user_id FROM paid
), written AS MATERIALIZED (
    SELECT a.user_id, a.key, a.fingerprint, a.at,
           coalesce(a.amount, 0) AS paid,
           coalesce(c.total_xp, a.total_xp) AS total_xp,
           convert_to(format(a.answer_format,
                             CASE pr.status WHEN 'COMPLETED' THEN 'COMPLETED' ELSE 'UNLOCKED' END,
                             coalesce(a.amount, 0),
                             coalesce(c.total_xp, a.total_xp),
                             coalesce(c.streak, a.streak),
                             coalesce(c.longest_streak, a.longest_streak),
                             a.today), 'UTF8') AS answer
      FROM settled a
      FULL JOIN progressed pr ON pr.user_id = a.user_id
      FULL JOIN changed c ON c.id = a.user_id
), remembered AS (
    INSERT INTO idempotency_keys (user_id, key, fingerprint, answer, created_at)
    SELECT user_id, key, fingerprint, answer, at FROM written WHERE key IS NOT NULL
)
SELECT l.id AS user_id,
       k.user_id IS NOT NULL AS is_kept,
       k.fingerprint AS kept_fingerprint,
       s.user_id IS NOT NULL AS is_used,
       coalesce(k.answer, w.answer) AS answer,
       w.paid,
       coalesce(w.total_xp, l.total_xp) AS total_xp,
       l.board_era,
       l.on_board,
       nullif(l.timezone, l.zone) AS unknown_zone,
       (SELECT board_identity()) AS board_identity
  FROM learner l
  LEFT JOIN kept k ON k.user_id = l.id
  LEFT JOIN used s ON s.user_id = l.id
  FULL JOIN written w ON w.user_id = l.id
"""
_COMMON = {"zone": zone_sql("timezone"), "done_at": _DONE_AT, "better": _BETTER}
AWARD = _AWARD.format(**_COMMON, taken=f"NOT {_IS_BEFORE}", settled=_SETTLED, streak=_STREAK, run="NULL::int")
AWARD_ALONE = _AWARD.format(**_COMMON, taken="true", settled=_JOINED, streak=_JOINED_STREAK, run="a.run")
"""Return a row for each locked learner. Without a kept or written answer, the attempt was graded before, or the level was
locked."""

LOCK_LEARNER = "SELECT id FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE"
"""Before `AWARD` for one learner: waits for the row, so that `AWARD` sees all that was committed meanwhile."""

FIND_ANSWER = """
SELECT k.fingerprint, k.answer FROM idempotency_keys k JOIN users u ON u.id = k.user_id
 WHERE k.user_id = $1 AND k.key = $2 AND u.is_active AND u.token_generation = $3 AND u.account_key IS NOT DISTINCT FROM $4
   AND NOT EXISTS (SELECT FROM revoked_tokens WHERE token_id = $5)
"""

FORGET = (
    """
    DELETE FROM idempotency_keys WHERE (user_id, key) IN (
        SELECT user_id, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2
    )
    """,
    """
    DELETE FROM graded_attempts WHERE (user_id, attempt_id) IN (
        SELECT user_id, attempt_id FROM graded_attempts WHERE graded_at < $1 ORDER BY graded_at LIMIT $2
    )
    """,
)
