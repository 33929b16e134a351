"""Planted bugs in awards: XP lost, paid twice or forged, progress and streaks that go wrong."""

from __future__ import annotations

from functools import partial

from chaos.plants.planting import Plant, in_python

_award = partial(in_python, "scout_os.training.award_sql", "_AWARD")
_training = partial(in_python, "scout_os.training.repository")
_write_batch = partial(in_python, "scout_os.training.group_commit", "GroupCommit._write_batch")

AWARDS = (
    Plant(
        "two-commits",
        "The ledger's row and the learner's total are committed one after the other.",
        "crashes",
        _award("SET total_xp = u.total_xp + coalesce(a.amount, 0),", "SET total_xp = u.total_xp,"),
        _award("coalesce(c.total_xp, a.total_xp) AS total_xp,", "a.total_xp + coalesce(a.amount, 0) AS total_xp,"),
        _award("coalesce(c.total_xp, a.total_xp), coalesce", "a.total_xp + coalesce(a.amount, 0), coalesce"),
        _training("TrainingRepository.write", "self._database.transaction()", "self._database.connection()"),
        _training(
            "TrainingRepository.write",
            'hit("award_before_commit")',
            """
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
        _award("FOR NO KEY UPDATE SKIP LOCKED", ""),
        _award("SET total_xp = u.total_xp +", "SET total_xp = a.total_xp +"),
    ),
    Plant(
        "no-unique-key",
        "Each submission has a source of its own in the ledger, so a level pays again and again.",
        "everyday",
        _award("|| level_id, reward", "|| level_id || '#' || submission_id, reward"),
    ),
    Plant(
        "trust-client-score",
        "The client's own score decides whether a level is passed.",
        "everyday",
        in_python(
            "scout_os.training.judging",
            "_counted",
            "body.correct_answers, None)",
            "max(body.correct_answers, body.score or 0), None)",
        ),
    ),
    Plant(
        "cache-before-commit",
        "The board hears of an award before it is committed.",
        "crashes",
        _training("TrainingRepository.write", "[Submission])", "[Submission], tell: Any)"),
        _training(
            "TrainingRepository.write",
            "outcomes = await _write(connection, AWARD, submissions)",
            """
                outcomes = await _write(connection, AWARD, submissions)
                if changes := [out.change for out in outcomes.values() if isinstance(out, Written) and out.change]:
                    await tell(changes)
            """,
        ),
        _write_batch("in entries])", "in entries], self._board.update_scores)"),
    ),
    Plant(
        "no-fingerprint",
        "An idempotency key answers any request, also another than it was first used for.",
        "everyday",
        _training("_outcome", 'row["kept_fingerprint"] != submission.fingerprint', "False"),
        _training("TrainingRepository.find_answer", 'row["fingerprint"] != fingerprint', "False"),
    ),
    Plant(
        "false-acknowledgement",
        "An award that failed is answered as if it had been paid.",
        "postgres-down",
        _write_batch(
            "except Exception as error:",
            """
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
        _training(
            "_write",
            'return {row["user_id"]: _outcome(by_learner[row["user_id"]], row) for row in rows}',
            "return {sent.user_id: _outcome(sent, row) for sent, row in zip(submissions, rows, strict=False)}",
        ),
    ),
    Plant(
        "streak-by-server-date",
        "The day of a submission is the server's, not the learner's.",
        "everyday",
        _award("AT TIME ZONE l.zone", "AT TIME ZONE 'UTC'"),
    ),
    Plant(
        "aliases-earn-again",
        "A level is found under other spellings of its id, and each spelling is paid.",
        "everyday",
        _award("level_id, CASE WHEN passed", "lower(btrim(level_id)), CASE WHEN passed"),
        in_python(
            "scout_os.training.service",
            "TrainingService._judged",
            "level = self.library.get_level(body.level_id)",
            """
                from dataclasses import replace
                level = replace(self.library.get_level(body.level_id.strip().lower()), id=body.level_id)
            """,
        ),
    ),
    Plant(
        "replay-takes-completion",
        "A failed replay takes COMPLETED back.",
        "everyday",
        _award("CASE WHEN p.status = 'COMPLETED' THEN p.status ELSE excluded.status END", "excluded.status"),
    ),
)
