"""The award statement: the only place where XP is earned. One statement over arrays, so one commit whatever the count.

What makes it right:
- the learners' rows are locked first, in id order, and everything else hangs on that part;
- races are carried by unique constraints: `xp_ledger_pays_once` (a level pays once) and the key of
  `idempotency_keys` (a request counts once);
- nothing is read and then written back: totals and streaks are computed from the row as it is when it is updated.

`$1..$13` are arrays, one element a submission and at most one submission a learner; `$14` is the present instant.
"""

_BETTER = "excluded.correct_answers > p.correct_answers"

_STREAK = """CASE WHEN u.last_active_date >= a.today THEN greatest(u.streak, 1)
                WHEN u.last_active_date = a.today - 1 THEN u.streak + 1
                ELSE 1 END"""
"""`rules.next_streak` in SQL, because the row must be read and written in one step."""

AWARD = f"""
WITH input AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bool[], $6::bigint[], $7::int[],
        $8::bigint[], $9::int[], $10::bigint[], $11::bigint[], $12::text[], $13::bytea[]
    ) AS i (submission_id, user_id, level_id, requires, passed, reward, content_version,
            score, correct_answers, total_questions, time_spent_seconds, key, fingerprint)
), learner AS MATERIALIZED (
    SELECT id, total_xp, board_era, on_board, streak, longest_streak,
           ($14::timestamptz AT TIME ZONE timezone)::date AS today
      FROM users
     WHERE id = ANY ($2::bigint[]) AND is_active
     ORDER BY id
       FOR NO KEY UPDATE
), allowed AS (
    SELECT i.*, l.today
      FROM input i JOIN learner l ON l.id = i.user_id
     WHERE i.requires IS NULL
        OR EXISTS (SELECT FROM user_progress p
                    WHERE p.user_id = i.user_id AND p.level_id IN (i.requires, i.level_id) AND p.status = 'COMPLETED')
), claimed AS (
    INSERT INTO idempotency_keys (user_id, key, fingerprint)
    SELECT user_id, key, fingerprint FROM allowed WHERE key IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING user_id, key
), accepted AS (
    SELECT a.*
      FROM allowed a LEFT JOIN claimed c ON c.user_id = a.user_id AND c.key = a.key
     WHERE a.key IS NULL OR c.key IS NOT NULL
), paid AS (
    INSERT INTO xp_ledger (user_id, source, amount, content_version, submission_id)
    SELECT user_id, 'level:' || level_id, reward, content_version, submission_id FROM accepted WHERE passed
    ON CONFLICT ON CONSTRAINT xp_ledger_pays_once DO NOTHING
    RETURNING user_id, amount
), progressed AS (
    INSERT INTO user_progress AS p (user_id, level_id, status, xp_earned, score, correct_answers, total_questions,
                                    time_spent_seconds, completed_at)
    SELECT a.user_id, a.level_id, CASE WHEN a.passed THEN 'COMPLETED' ELSE 'IN_PROGRESS' END, coalesce(d.amount, 0),
           a.score, a.correct_answers, a.total_questions, a.time_spent_seconds, CASE WHEN a.passed THEN $14 END
      FROM accepted a LEFT JOIN paid d ON d.user_id = a.user_id
    ON CONFLICT (user_id, level_id) DO UPDATE SET
        attempts = p.attempts + 1,
        xp_earned = p.xp_earned + excluded.xp_earned,
        status = CASE WHEN p.status = 'COMPLETED' THEN p.status ELSE excluded.status END,
        completed_at = coalesce(p.completed_at, excluded.completed_at),
        score = CASE WHEN {_BETTER} THEN excluded.score ELSE p.score END,
        total_questions = CASE WHEN {_BETTER} THEN excluded.total_questions ELSE p.total_questions END,
        time_spent_seconds = CASE WHEN {_BETTER} THEN excluded.time_spent_seconds ELSE p.time_spent_seconds END,
        correct_answers = greatest(p.correct_answers, excluded.correct_answers)
    RETURNING user_id, status
), active_day AS (
    INSERT INTO activity_days (user_id, day) SELECT user_id, today FROM accepted ON CONFLICT DO NOTHING
), changed AS (
    UPDATE users u
       SET total_xp = u.total_xp + coalesce(d.amount, 0),
           streak = {_STREAK},
           longest_streak = greatest(u.longest_streak, {_STREAK}),
           last_active_date = greatest(u.last_active_date, a.today)
      FROM accepted a LEFT JOIN paid d ON d.user_id = a.user_id
     WHERE u.id = a.user_id
       AND (d.amount IS NOT NULL OR u.last_active_date IS NULL OR u.last_active_date < a.today OR u.streak = 0)
    RETURNING u.id, u.total_xp, u.streak, u.longest_streak
), queued AS (
    INSERT INTO board_outbox (user_id) SELECT user_id FROM paid
)
SELECT l.id IS NOT NULL AS is_active,
       al.user_id IS NOT NULL AS is_allowed,
       ac.user_id IS NOT NULL AS is_accepted,
       pr.status,
       coalesce(d.amount, 0) AS paid,
       coalesce(c.total_xp, l.total_xp) AS total_xp,
       coalesce(c.streak, l.streak) AS streak,
       coalesce(c.longest_streak, l.longest_streak) AS longest_streak,
       l.board_era,
       l.on_board,
       CASE WHEN d.amount IS NOT NULL THEN board_identity() END AS board_identity
  FROM input i
  LEFT JOIN learner l ON l.id = i.user_id
  LEFT JOIN allowed al ON al.user_id = i.user_id
  LEFT JOIN accepted ac ON ac.user_id = i.user_id
  LEFT JOIN progressed pr ON pr.user_id = i.user_id
  LEFT JOIN paid d ON d.user_id = i.user_id
  LEFT JOIN changed c ON c.id = i.user_id
"""

FIND_ANSWER = "SELECT fingerprint, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2"

FORGET_ANSWERS = """
DELETE FROM idempotency_keys WHERE (user_id, key) IN (
    SELECT user_id, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2
)
"""

KEEP_ANSWER = "UPDATE idempotency_keys SET answer = $3 WHERE user_id = $1 AND key = $2"
