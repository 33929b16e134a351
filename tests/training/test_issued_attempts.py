"""An issued attempt counts for its learner, its level and its time, once: forged, borrowed, used again, kept or raced."""

from __future__ import annotations

import asyncio
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from scout_os.core.seals import Seals
from scout_os.training.issued_attempts import LIFETIME, PURPOSE, IssuedAttempts
from scout_os.training.problems import AttemptOver, UnknownAttempt
from tests.clock import MovableClock
from tests.contract.answers import right_answers, wrong_answers
from tests.contract.packs import Lesson
from tests.learners import start_attempt, submit_answers
from tests.service import SECRET, Service, Truth, add_learners, shown_token, until

TWINS = 20


def sealed_by(key: bytes, clock: MovableClock, *others: bytes) -> IssuedAttempts:
    """The attempts of a service with this key."""
    return IssuedAttempts(Seals(PURPOSE, key=key, clock=clock, other_keys=others), clock)


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


async def test_a_locked_level_is_opened_before_its_attempt_counts(
    grader: Service, truth: Truth, learner: int, lessons: list[Lesson]
) -> None:
    """An attempt at a locked level may be handed out; it is refused, unused, until the level before it was passed."""
    first, second = lessons[:2]
    async with grader.client(learner) as client:
        attempts = [(await start_attempt(client, lesson.id))["attempt_id"] for lesson in (first, second)]
        early = await submit_answers(client, second.id, right_answers(second), attempts[1], key="two")
        assert (early.status_code, early.json()["code"]) == (409, "level_locked")
        passed = await submit_answers(client, first.id, right_answers(first), attempts[0], key="one")
        later = await submit_answers(client, second.id, right_answers(second), attempts[1], key="two")
    assert [answer.json()["xp_earned"] for answer in (passed, later)] == [first.xp_reward, second.xp_reward]
    assert await truth.fetchval("SELECT count(*) FROM graded_attempts") == 2


async def test_no_attempt_at_nothing_and_for_nobody(
    grader: Service, truth: Truth, learner: int, lessons: list[Lesson]
) -> None:
    """At an unknown level 404, without a token 401; and nothing is written."""
    async with grader.client(learner) as client, grader.client() as guest:
        unknown = await client.post("/training/levels/puk_u9_l9/attempts")
        anonymous = await guest.post(f"/training/levels/{lessons[0].id}/attempts")
    assert [(answer.status_code, answer.json()["code"]) for answer in (unknown, anonymous)] == [
        (404, "unknown_level"),
        (401, "unauthenticated"),
    ]
    assert await truth.fetchval("SELECT count(*) FROM user_progress") == 0


async def test_an_attempt_ends(grader: Service, truth: Truth, learner: int, lessons: list[Lesson]) -> None:
    """An attempt handed out 14 days ago is over, as is one for the level's earlier content; a minute before, it is not."""
    level = grader.services.library.get_level(lessons[0].id)
    now = datetime.now(UTC)
    ages = {LIFETIME - timedelta(minutes=1): 200, LIFETIME + timedelta(seconds=1): 409}
    async with grader.client(learner) as client:
        for age, expected in ages.items():
            attempts = sealed_by(SECRET.encode(), MovableClock(now - age))
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
    ours = sealed_by(SECRET.encode(), clock)
    seven = shown_token(7)
    theirs = sealed_by(random.randbytes(48), clock)
    assert ours.read(ours.start(seven, level).token, seven, level).issued_at <= clock.now()
    with pytest.raises(UnknownAttempt):
        ours.read(theirs.start(seven, level).token, seven, level)
    with pytest.raises(AttemptOver):
        sealed_by(SECRET.encode(), MovableClock(clock.now() + LIFETIME)).read(
            ours.start(seven, level).token, seven, level
        )


async def test_an_attempt_outlives_the_key_that_sealed_it(lessons: list[Lesson], grader: Service) -> None:
    """While a former key is accepted, what it sealed is: a device without a network cannot ask for another attempt."""
    level = grader.services.library.get_level(lessons[0].id)
    clock = MovableClock(datetime.now(UTC))
    seven = shown_token(7)
    old, new = random.randbytes(48), random.randbytes(48)
    token = sealed_by(old, clock).start(seven, level).token
    assert sealed_by(new, clock, old).read(token, seven, level).issued_at <= clock.now()
    with pytest.raises(UnknownAttempt):
        sealed_by(new, clock).read(token, seven, level)
