"""The rules of training, as pure functions and against their twin in SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from scout_os.training.models import Level, Question
from scout_os.training.rules import Streak, level_status, next_streak, passes, question_xp, stars
from tests.service import Service, Truth, add_learners, attempt

TODAY = date(2026, 3, 2)


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
    assert level_status(level(), ()) == "UNLOCKED"
    assert level_status(locked, ()) == "LOCKED"
    assert level_status(locked, {"puk_u9_l9"}) == "UNLOCKED"
    assert level_status(locked, {"puk_u1_l1"}) == "COMPLETED"


def test_a_streak_grows_by_one_on_the_next_day_and_starts_anew_after_a_gap() -> None:
    """The five cases of the contract, one by one."""
    yesterday, before = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
    assert next_streak(Streak(0, 0, None), TODAY) == Streak(1, 1, TODAY)
    assert next_streak(Streak(4, 9, TODAY), TODAY) == Streak(4, 9, TODAY)
    assert next_streak(Streak(4, 9, yesterday), TODAY) == Streak(5, 9, TODAY)
    assert next_streak(Streak(9, 9, yesterday), TODAY) == Streak(10, 10, TODAY)
    assert next_streak(Streak(4, 9, before), TODAY) == Streak(1, 9, TODAY)


@given(st.lists(st.integers(0, 40), min_size=1))
def test_a_streak_is_the_run_of_days_that_ends_last(offsets: list[int]) -> None:
    """Whatever the days of attempts: current = the run ending on the last day, longest = the longest run."""
    days = sorted({TODAY + timedelta(days=offset) for offset in offsets})
    streak = Streak(0, 0, None)
    runs: list[int] = []
    for day in days:
        streak = next_streak(streak, day)
        follows = bool(runs) and day - timedelta(days=1) in days
        runs.append(runs[-1] + 1 if follows else 1)
    assert streak == Streak(runs[-1], max(runs), days[-1])


@given(st.integers(1, 100), st.integers(1, 30))
def test_the_questions_shares_add_up_to_the_reward(reward: int, total: int) -> None:
    """What is shown beside the questions is the level's reward, split."""
    shares = [question_xp(reward, total, order) for order in range(1, total + 1)]
    assert sum(shares) == reward
    assert max(shares) - min(shares) <= 1


async def test_the_award_statement_counts_streaks_as_the_rule_does(service: Service, truth: Truth) -> None:
    """For every stored streak and last day, the SQL expression and the pure rule agree."""
    today = await truth.fetchval("SELECT (now() AT TIME ZONE 'Asia/Jakarta')::date")
    lasts = [None, *(today + timedelta(days=offset) for offset in (-3, -2, -1, 0, 1))]
    cases = [
        Streak(current, longest, last) for last, (current, longest) in product(lasts, [(0, 0), (0, 5), (3, 3), (2, 7)])
    ]
    ids = await add_learners(truth, len(cases))
    for learner, case in zip(ids, cases, strict=True):
        await truth.execute(
            "UPDATE users SET streak = $2, longest_streak = $3, last_active_date = $4 WHERE id = $1",
            learner,
            case.current,
            case.longest,
            case.last_day,
        )
        async with service.client(learner) as client:
            answer = (await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 0))).json()
        row = await truth.fetchrow("SELECT streak, longest_streak, last_active_date FROM users WHERE id = $1", learner)
        assert row is not None
        assert Streak(*row) == next_streak(case, today)
        assert (answer["streak"], answer["longest_streak"]) == (row["streak"], row["longest_streak"])


def test_stars_grow_with_right_answers_from_the_pass_to_all() -> None:
    """Below the pass none, all right three, in between two from midway on."""
    assert [stars(level(min_correct=3), correct) for correct in range(6)] == [0, 0, 0, 1, 2, 3]
    assert [stars(level(min_correct=5), correct) for correct in (4, 5)] == [0, 3]
