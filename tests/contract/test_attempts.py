"""Failed submissions, replays and old clients' claims, all of which installed clients send."""

from __future__ import annotations

from typing import Any

from tests.contract.flutter import FlutterApp
from tests.service import Truth, attempt


async def test_fail_pass_replay_and_failed_replay(learner: FlutterApp, learner_id: int, truth: Truth) -> None:
    """Only the first pass pays; a replay still names the next level; a failed replay changes only the count of attempts."""
    ids = [question.id for question in await learner.questions("puk_u1_l1")]
    needed = (await learner.send("GET", "/training/levels/puk_u1_l1"))["min_correct"]
    seen, kept = [], set()
    for correct in (0, needed - 1, needed, len(ids), needed - 1, 0, needed):
        outcome = await learner.submit("puk_u1_l1", len(ids), ids[:correct])
        assert outcome.score == outcome.correct_answers == correct
        assert (await learner.path("puk")).statuses["puk_u1_l1"] == outcome.status
        seen.append((outcome.status, outcome.xp_earned, outcome.total_xp, outcome.next_level_id))
        if len(seen) >= 4:  # the level is completed, by all questions
            kept.add(
                await truth.fetchrow(
                    "SELECT status, xp_earned, score, correct_answers, completed_at FROM user_progress"
                )
            )
    assert seen == [
        ("UNLOCKED", 0, 0, None),
        ("UNLOCKED", 0, 0, None),
        ("COMPLETED", 10, 10, "puk_u1_l2"),
        ("COMPLETED", 0, 10, "puk_u1_l2"),
        ("COMPLETED", 0, 10, None),
        ("COMPLETED", 0, 10, None),
        ("COMPLETED", 0, 10, "puk_u1_l2"),
    ]
    assert len(kept) == 1
    assert await truth.fetchval("SELECT attempts FROM user_progress WHERE user_id = $1", learner_id) == len(seen)
    profile = await learner.me()
    assert (profile.total_xp, profile.streak, profile.longest_streak) == (10, 1, 1)


async def test_old_clients_claims_are_ignored(learner: FlutterApp) -> None:
    """Whatever an old client says in `xp_earned` or `total_xp`, it gets the level's own reward, once."""
    ids = [question.id for question in await learner.questions("puk_u1_l1")]
    failed = await learner.submit("puk_u1_l1", len(ids), [], xp_earned=5000, total_xp=5000)
    assert (failed.xp_earned, failed.total_xp) == (0, 0)
    first = await learner.submit("puk_u1_l1", len(ids), ids, xp_earned=5000, total_xp=5000)
    assert (first.xp_earned, first.total_xp) == (10, 10)
    claims: list[Any] = [0, -5, 2**70, 1.5, True, None, "10", [], {"a": {"b": [1]}}, "\u0000"]
    for claim in claims:
        outcome = await learner.submit("puk_u1_l1", len(ids), ids, xp_earned=claim, total_xp=claim)
        assert (outcome.xp_earned, outcome.total_xp) == (0, 10)


async def test_what_is_recorded_only(learner: FlutterApp) -> None:
    """`score`, `total_questions` and the time decide nothing, whatever they say; ids and the time may be left out."""
    outcomes = []
    odd: list[tuple[str, dict[str, Any]]] = [
        ("puk_u1_l1", {"score": 0, "total_questions": 0, "time_spent_seconds": 2**63 - 1}),
        ("puk_u2_l1", {"score": 2**63 - 1, "total_questions": 2**63 - 1}),
        ("puk_u3_l1", {"total_questions": 99, "correct_question_ids": None, "answers": None, "attempt_id": "a-1"}),
    ]
    for level, changes in odd:
        body = attempt(level, 5) | changes
        outcomes.append(await learner.send_attempt(body))
        assert outcomes[-1].score == body["score"]
        assert outcomes[-1].total_questions == body["total_questions"]
    failed = attempt("puk_u4_l1", 0) | {"score": 5}
    del failed["time_spent_seconds"]
    outcomes.append(await learner.send_attempt(failed))
    assert [outcome.status for outcome in outcomes] == [*["COMPLETED"] * 3, "UNLOCKED"]
