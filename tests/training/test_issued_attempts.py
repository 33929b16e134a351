"""An issued attempt counts for its learner, its level and its time, once: forged, borrowed, used again, kept or raced."""

from __future__ import annotations

import asyncio
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from scout_os.training.issued_attempts import LIFETIME, IssuedAttempts
from scout_os.training.problems import AttemptOver, UnknownAttempt
from tests.clock import MovableClock
from tests.contract.answers import right_answers, wrong_answers
from tests.contract.packs import Lesson
from tests.learners import start_attempt, submit_answers
from tests.service import SECRET, Service, Truth, add_learners, shown_token, until

TWINS = 20


async def test_answers_without_an_attempt_earn_nothing(
    grader: Service, truth: Truth, learner: int, lessons: list[Lesson]
) -> None:
    """Where the service grades, right answers to no attempt are 422, and no XP is paid."""
    async with grader.client(learner) as client:
        refused = await submit_answers(client, lessons[0].id, right_answers(lessons[0]), None)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_attempt")
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0


async def test_an_attempt_is_good_for_its_learner_and_level_only(
    grader: Service, truth: Truth, lessons: list[Lesson]
) -> None:
    """Another learner's attempt, one at another level, and one with any bit changed are 404."""
    thief, owner = await add_learners(truth, 2)
    first = lessons[0]
    other = next(lesson for lesson in lessons[1:] if lesson.level_number == 1)
    async with grader.client(owner) as client:
        theirs = (await start_attempt(client, first.id))["attempt_id"]
    async with grader.client(thief) as client:
        elsewhere = (await start_attempt(client, other.id))["attempt_id"]
        own = (await start_attempt(client, first.id))["attempt_id"]
        raw = urlsafe_b64decode(own)
        changed = [
            urlsafe_b64encode(raw[:byte] + bytes([raw[byte] ^ 1]) + raw[byte + 1 :]).decode()
            for byte in range(len(raw))
        ]
        forged = [
            theirs,
            elsewhere,
            *changed,
            own[:-4],
            own + "AAAA",
            own + "=",
            "",
            "x" * 80,
            "\u0000" * 80,
            f" {own}",
        ]
        for attempt_id in forged:
            refused = await submit_answers(client, first.id, right_answers(first), attempt_id)
            assert (refused.status_code, refused.json()["code"]) == (404, "unknown_attempt"), attempt_id
        assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0
        assert (await submit_answers(client, first.id, right_answers(first), own)).json()[
            "xp_earned"
        ] == first.xp_reward


async def test_an_attempt_is_graded_once(grader: Service, truth: Truth, learner: int, lessons: list[Lesson]) -> None:
    """Sent again under its key it gets the first answer, byte for byte; right answers after a wrong try are 409."""
    first = lessons[0]
    async with grader.client(learner) as client:
        attempt_id = (await start_attempt(client, first.id))["attempt_id"]
        answers = [
            await submit_answers(client, first.id, wrong_answers(first), attempt_id, key="one") for _ in range(3)
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["xp_earned"] == 0
        again = await submit_answers(client, first.id, right_answers(first), attempt_id, key="another")
        assert (again.status_code, again.json()["code"]) == (409, "attempt_used")
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0
    assert await truth.fetchval("SELECT attempts FROM user_progress") == 1


@pytest.mark.parametrize("keyed", [False, True], ids=["no key", "a key each"])
async def test_twins_of_an_attempt_at_once(
    grader: Service, truth: Truth, learner: int, lessons: list[Lesson], *, keyed: bool
) -> None:
    """Of many submissions of one attempt at the same moment just one is graded; the others are 409."""
    first = lessons[0]
    async with grader.client(learner) as client:
        attempt_id = (await start_attempt(client, first.id))["attempt_id"]
        answers = await asyncio.gather(
            *(
                submit_answers(client, first.id, wrong_answers(first), attempt_id, key=f"key-{twin}" if keyed else None)
                for twin in range(TWINS)
            )
        )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: TWINS - 1}
    assert await truth.fetchval("SELECT attempts FROM user_progress") == 1
    assert await truth.fetchval("SELECT count(*) FROM graded_attempts") == 1


async def test_a_locked_level_hands_out_no_attempt(
    grader: Service, truth: Truth, learner: int, lessons: list[Lesson]
) -> None:
    """At a locked level 409, at an unknown one 404, without a token 401; and nothing is written."""
    async with grader.client(learner) as client, grader.client() as guest:
        locked = await client.post(f"/training/levels/{lessons[1].id}/attempts")
        unknown = await client.post("/training/levels/puk_u9_l9/attempts")
        anonymous = await guest.post(f"/training/levels/{lessons[0].id}/attempts")
    assert [(answer.status_code, answer.json()["code"]) for answer in (locked, unknown, anonymous)] == [
        (409, "level_locked"),
        (404, "unknown_level"),
        (401, "unauthenticated"),
    ]
    assert await truth.fetchval("SELECT count(*) FROM user_progress") == 0


async def test_an_attempt_ends(grader: Service, truth: Truth, learner: int, lessons: list[Lesson]) -> None:
    """An attempt handed out two hours ago is over, as is one for the level's earlier content; a minute before, it is not."""
    level = grader.services.library.get_level(lessons[0].id)
    now = datetime.now(UTC)
    ages = {LIFETIME - timedelta(minutes=1): 200, LIFETIME + timedelta(seconds=1): 409}
    async with grader.client(learner) as client:
        for age, expected in ages.items():
            attempts = IssuedAttempts(key=SECRET.encode(), clock=MovableClock(now - age))
            answer = await submit_answers(
                client, level.id, wrong_answers(lessons[0]), attempts.start(shown_token(learner), level).token
            )
            assert answer.status_code == expected
        fresh = (await start_attempt(client, level.id))["attempt_id"]
        await truth.execute("UPDATE levels SET content_version = content_version + 1 WHERE id = $1", level.id)
        await truth.execute(
            "INSERT INTO level_versions SELECT id, content_version, xp_reward, min_correct, 5 FROM levels WHERE id = $1",
            level.id,
        )
        await truth.execute("UPDATE content_state SET version = version + 1")

        async def is_loaded() -> bool:
            return grader.services.library.get_level(level.id).content_version != level.content_version

        await until(is_loaded, seconds=5)
        over = await submit_answers(client, level.id, right_answers(lessons[0]), fresh)
    assert (over.status_code, over.json()["code"]) == (409, "attempt_over")


async def test_ids_cannot_be_made_without_the_key(grader: Service, lessons: list[Lesson]) -> None:
    """An attempt sealed with another key, also the one that signs tokens without its derivation, is unknown."""
    level = grader.services.library.get_level(lessons[0].id)
    clock = MovableClock(datetime.now(UTC))
    ours = IssuedAttempts(key=SECRET.encode(), clock=clock)
    seven = shown_token(7)
    theirs = IssuedAttempts(key=random.randbytes(48), clock=clock)
    assert ours.read(ours.start(seven, level).token, seven, level).issued_at <= clock.now()
    with pytest.raises(UnknownAttempt):
        ours.read(theirs.start(seven, level).token, seven, level)
    with pytest.raises(AttemptOver):
        IssuedAttempts(key=SECRET.encode(), clock=MovableClock(clock.now() + LIFETIME)).read(
            ours.start(seven, level).token, seven, level
        )
