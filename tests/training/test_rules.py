"""The rules of training: pure functions, and the streak as the award statement counts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from scout_os.training.models import Level, Question
from scout_os.training.rules import level_statuses, passes, question_xp, stars
from tests.service import Service, Truth, add_learners, attempt


def level(*, requires: str | None = None, min_correct: int = 3) -> Level:
    questions = tuple(
        Question(f"q_puk_u1_l1_{n:02}", n, "fill_blank", "?", {"correct_answer": "x"}, "!") for n in range(1, 6)
    )
    return Level(
        id="puk_u1_l1",
        unit_id="puk_u1",
        level_number=1,
        title="",
        title_en=None,
        difficulty="easy",
        xp_reward=14,
        min_correct=min_correct,
        requires=requires,
        content_version=1,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        questions=questions,
    )


def test_a_level_is_passed_from_min_correct_on_and_not_below() -> None:
    """The bound itself passes, whatever it is."""
    assert [passes(level(), correct) for correct in range(6)] == [False, False, False, True, True, True]
    assert [passes(level(min_correct=5), correct) for correct in (4, 5)] == [False, True]


def test_status_follows_from_what_is_completed_alone() -> None:
    """COMPLETED once completed, UNLOCKED from the start or with the prerequisite completed, else LOCKED."""
    locked = level(requires="puk_u9_l9")
    assert level_statuses([level(), locked], ()) == ["UNLOCKED", "LOCKED"]
    assert level_statuses([locked], {"puk_u9_l9"}) == ["UNLOCKED"]
    assert level_statuses([locked], {"puk_u1_l1"}) == ["COMPLETED"]


@given(st.integers(1, 100), st.integers(1, 30))
def test_the_questions_shares_add_up_to_the_reward(reward: int, total: int) -> None:
    """What is shown beside the questions is the level's reward, split."""
    shares = [question_xp(reward, total, order) for order in range(1, total + 1)]
    assert sum(shares) == reward
    assert max(shares) - min(shares) <= 1


async def test_the_award_statement_counts_streaks(service: Service, truth: Truth) -> None:
    """The next day adds one, the same day or an earlier one nothing (but 0 becomes 1), and a gap starts anew."""
    today = await truth.fetchval("SELECT (now() AT TIME ZONE 'Asia/Jakarta')::date")
    offsets = (None, -3, -2, -1, 0, 1)
    cases = list(product(offsets, [(0, 0), (0, 5), (3, 3), (2, 7), (9, 9)]))
    ids = await add_learners(truth, len(cases))
    for learner, (offset, (current, longest)) in zip(ids, cases, strict=True):
        last = None if offset is None else today + timedelta(days=offset)
        await truth.execute(
            "UPDATE users SET streak = $2, longest_streak = $3, last_active_date = $4 WHERE id = $1",
            learner,
            current,
            longest,
            last,
        )
        async with service.client(learner) as client:
            answer = (await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 0))).json()
        row = await truth.fetchrow("SELECT streak, longest_streak, last_active_date FROM users WHERE id = $1", learner)
        expected = current + 1 if offset == -1 else max(current, 1) if offset in (0, 1) else 1
        assert row is not None
        assert tuple(row) == (expected, max(longest, expected), max(last or today, today)), (offset, current, longest)
        assert (answer["streak"], answer["longest_streak"]) == (row["streak"], row["longest_streak"])


def test_stars_grow_with_right_answers_from_the_pass_to_all() -> None:
    """Below the pass none, all right three, in between two from midway on."""
    assert [stars(level(min_correct=3), correct) for correct in range(6)] == [0, 0, 0, 1, 2, 3]
    assert [stars(level(min_correct=5), correct) for correct in (4, 5)] == [0, 3]
