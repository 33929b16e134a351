"""Late attempts: what was done without a network counts once, for the day on which it was done, and no clock gains anything."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from scout_os.core.seals import TIME_SEAL
from scout_os.core.store_urls import StoreUrls
from scout_os.training.judging import fingerprint
from scout_os.training.repository import TrainingRepository
from scout_os.training.retention import AnswerRetention
from scout_os.training.schemas import SubmitBody
from scout_os.users.local_day import DEFAULT_TIMEZONE, warn_of_zone
from tests.contract.answers import right_answers
from tests.contract.packs import Lesson
from tests.learners import LEVEL, REWARD, SUBMIT, start_attempt
from tests.service import Truth, attempt
from tests.users.serving import Api, bearer, serve

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
"""Monday, 18:00 in Jakarta."""
OLD_REQUEST = {
    "level_id": "puk_u1_l1",
    "score": 5,
    "total_questions": 5,
    "correct_answers": 5,
    "time_spent_seconds": 0,
    "correct_question_ids": ["q_puk_u1_l1_01"],
    "xp_earned": 10,
}
OLD_FINGERPRINT = "df37627fac51771d139077d0e0a0bc5a9dc3107f8928a535f1da7ffb15efb4e7"
"""What the first releases stored for `OLD_REQUEST`."""


@dataclass(frozen=True)
class Device:
    """A learner's device: the seal that it holds, and what it did without a network."""

    api: Api
    learner: int
    seal: str

    async def send(
        self, done_at: datetime | str | None, *, seal: str | None = "", key: str | None = None, **body: Any
    ) -> Any:
        """A submission that must be answered 200, and its answer."""
        answer = await self.post(done_at, seal=seal, key=key, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self, done_at: datetime | str | None, *, seal: str | None = "", key: str | None = None, **body: Any
    ) -> httpx.Response:
        sent = attempt(LEVEL, 5) | body
        if done_at is not None:
            sent["done_at"] = done_at.isoformat() if isinstance(done_at, datetime) else done_at
            sent["time_seal"] = self.seal if seal == "" else seal
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return await self.api.http.post(SUBMIT, json=sent, headers=headers)

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.api.services.auth.issue_token(self.learner))

    async def me(self) -> Any:
        return (await self.api.http.get("/users/me", headers=self.headers)).json()["data"]

    async def days(self, month: str = "2026-03") -> list[str]:
        path = f"/users/me/activity?month={month}"
        days: list[str] = (await self.api.http.get(path, headers=self.headers)).json()["data"]["days"]
        return days


@pytest.fixture
async def packed_api(packed_stores: StoreUrls, tmp_path: Path) -> AsyncIterator[Api]:
    """The API in this process, with the training pack, at a time that the test sets."""
    async with serve(packed_stores, tmp_path) as api:
        await api.services.library.refresh()
        api.clock.set(MONDAY)
        yield api


@pytest.fixture
async def device(packed_api: Api, truth: Truth) -> Device:
    """A device that was last in touch on Monday at 18:00."""
    return await device_of(packed_api, truth)


async def device_of(api: Api, truth: Truth, username: str = "budi") -> Device:
    learner: int = await truth.fetchval(
        "INSERT INTO users (username, name, created_at) VALUES ($1, '', $2) RETURNING id", username, MONDAY - 30 * DAY
    )
    seal = (await api.http.get("/training/sections")).headers[TIME_SEAL]
    return Device(api, learner, seal)


async def test_what_was_done_on_monday_counts_for_monday(device: Device, truth: Truth) -> None:
    """Done on Monday evening, sent on Wednesday: paid once, for Monday, and the answer says so; an old client's does not."""
    device.api.clock.move(days=2)
    late = await device.send(MONDAY + timedelta(minutes=10))
    assert (late["xp_earned"], late["streak"], late["counted_day"]) == (REWARD, 1, "2026-03-09")
    assert (await device.me())["streak"] == 0, "Tuesday went by without a lesson"
    today = await device.send(None, level_id="puk_u1_l2")
    assert (today["streak"], "counted_day" in today) == (1, False)
    again = await device.send(MONDAY + timedelta(minutes=10))
    assert (again["xp_earned"], again["total_xp"]) == (0, late["total_xp"] + today["xp_earned"])
    assert await device.days() == ["2026-03-09", "2026-03-11"]
    earned = await truth.fetchval("SELECT earned_at FROM xp_ledger WHERE source = 'level:puk_u1_l1'")
    assert earned == MONDAY + timedelta(minutes=10)


async def test_nothing_was_done_before_there_was_an_account(device: Device, truth: Truth) -> None:
    """A seal from before the sign-up gives a new account no days: what it claims from then counts when it is received."""
    device.api.clock.move(days=2)
    signed_up_at = MONDAY + timedelta(days=1)
    await truth.execute("UPDATE users SET created_at = $1", signed_up_at)
    claimed = await device.send(signed_up_at - timedelta(minutes=1))
    assert (claimed["streak"], claimed["counted_day"]) == (1, "2026-03-11")
    assert await truth.fetchval("SELECT earned_at FROM xp_ledger") == device.api.clock.now()
    assert (await device.send(signed_up_at))["counted_day"] == "2026-03-10"
    assert await device.days() == ["2026-03-10", "2026-03-11"]


async def test_a_monday_that_arrives_after_tuesday_joins(device: Device) -> None:
    """Sunday, then Tuesday on another device, then Monday's lesson arrives: three days in a row, and four with Wednesday."""
    device.api.clock.move(days=-1)
    await device.send(None)
    device.api.clock.move(days=2)
    assert (await device.send(None))["streak"] == 1
    joined = await device.send(MONDAY + timedelta(minutes=1))
    assert (joined["streak"], joined["longest_streak"]) == (3, 3)
    device.api.clock.move(days=1)
    assert (await device.send(None))["streak"] == 4
    assert (await device.send(MONDAY + timedelta(minutes=2)))["streak"] == 4, "a day counts once"


async def test_a_day_that_joins_an_older_run_is_remembered_as_the_longest(device: Device, truth: Truth) -> None:
    """A late day that does not reach the last one leaves the streak as it is, but its run may be the longest so far."""
    before = [(device.learner, date(2026, 3, 8) - number * DAY) for number in range(4)]
    await truth.executemany("INSERT INTO activity_days VALUES ($1, $2)", before)
    await truth.execute("UPDATE users SET streak = 4, longest_streak = 4, last_active_date = '2026-03-08'")
    device.api.clock.move(days=1)
    assert (await device.send(None, level_id="puk_u2_l1"))["streak"] == 1
    late = await device.send(MONDAY + timedelta(minutes=1))
    assert (late["streak"], late["longest_streak"]) == (6, 6)
    await truth.execute("DELETE FROM activity_days WHERE day = '2026-03-09'")
    await truth.execute("DELETE FROM activity_days WHERE day = '2026-03-10'")
    await truth.execute("UPDATE users SET streak = 1, longest_streak = 4, last_active_date = '2026-03-11'")
    device.api.clock.move(days=1)
    late = await device.send(MONDAY + timedelta(minutes=1))
    assert (late["streak"], late["longest_streak"]) == (1, 5)


@pytest.mark.parametrize(
    ("minutes", "hours", "seal"),
    [
        (-1, 24, ""),  # a clock that is slow
        (36 * 60, 24, ""),  # or half a day fast
        (10, 24, None),
        (10, 24, "1773054000.AAAAAAAAAAAAAAAAAAAAAA"),
        (10, 24, "of no kind"),
        (10, 73, ""),
    ],
    ids=["before the seal", "after the receipt", "no seal", "a forged seal", "no seal at all", "over 72 hours ago"],
)
async def test_a_moved_clock_gains_nothing(device: Device, minutes: int, hours: int, seal: str | None) -> None:
    """What the service's own times do not bear out, or is too old, counts for the day of its receipt, and is still paid."""
    device.api.clock.move(hours=hours)
    answer = await device.send(MONDAY + timedelta(minutes=minutes), seal=seal)
    assert answer["xp_earned"] == REWARD
    assert answer["counted_day"] == (MONDAY + timedelta(hours=hours + 7)).date().isoformat()


@pytest.mark.parametrize(
    "done_at", ["yesterday", "2026-03-09T18:10:00", "2026-03-09", "", "0001-01-01T00:00:00+14:00", 5]
)
async def test_no_time_at_all_costs_no_level(device: Device, done_at: Any) -> None:
    """A time that cannot be read, or has no offset, is as good as none."""
    device.api.clock.move(days=1)
    body = attempt(LEVEL, 5) | {"done_at": done_at, "time_seal": ["x"] if done_at == 5 else device.seal}
    answer = (await device.api.http.post(SUBMIT, json=body, headers=device.headers)).json()
    assert (answer["xp_earned"], answer["counted_day"]) == (REWARD, "2026-03-10")


async def test_the_last_of_72_hours_counts(device: Device) -> None:
    """At just 72 hours it is the day on which it was done."""
    device.api.clock.move(hours=72)
    assert (await device.send(MONDAY))["counted_day"] == "2026-03-09"


async def test_a_streak_is_what_the_days_say_in_whatever_order_they_arrive(packed_api: Api, truth: Truth) -> None:
    """Two weeks of random lessons, each received up to three days late and in any order, end in the streak of those days."""
    draw = random.Random(1)
    for number in range(12):
        packed_api.clock.set(MONDAY)
        device = await device_of(packed_api, truth, f"learner{number}")
        done = [MONDAY + timedelta(hours=draw.uniform(0, 14 * 24)) for _ in range(draw.randint(3, 14))]
        arrivals = sorted((at + timedelta(hours=draw.choice([0, draw.uniform(0, 71)])), at) for at in done)
        days: set[date] = set()
        longest = 0
        for received_at, at in arrivals:
            packed_api.clock.set(received_at)
            answer = await device.send(at)
            days.add((at + timedelta(hours=7)).date())
            longest = max(longest, *(run_to(days, day) for day in days))
            assert (answer["streak"], answer["longest_streak"]) == (run_to(days, max(days)), longest), (
                number,
                sorted(days),
            )


def run_to(days: set[date], end: date) -> int:
    """How many of the days end, without a gap, on this one."""
    return next(length for length in range(len(days) + 1) if end - length * DAY not in days)


async def test_days_that_arrive_at_one_moment_all_join(
    packed_api: Api, packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """Three days' lessons sent at once to two processes are one streak of three, whichever comes first."""
    async with serve(packed_stores, tmp_path) as other:
        await other.services.library.refresh()
        other.clock.set(MONDAY + 2 * DAY + timedelta(hours=1))
        for number in range(20):
            packed_api.clock.set(MONDAY)
            device = await device_of(packed_api, truth, f"racer{number}")
            packed_api.clock.set(other.clock.now())
            ways = (device, replace(device, api=other), device)
            days = random.Random(number).sample(range(3), 3)
            sent = (way.send(MONDAY + n * DAY, level_id=f"puk_u{n + 1}_l1") for way, n in zip(ways, days, strict=True))
            await asyncio.gather(*sent)
            assert (await device.me())["streak"] == 3


async def test_a_retry_is_the_same_request_for_a_later_release(device: Device, truth: Truth) -> None:
    """The same key with the same fields gets the first answer, 13 days later too, and with a newer seal; other fields do not."""
    key = str(uuid4())
    device.api.clock.move(days=1)
    first = await device.post(MONDAY + timedelta(minutes=1), key=key)
    device.api.clock.move(days=13)
    await forget(device)
    seal = (await device.api.http.get("/training/sections")).headers[TIME_SEAL]
    again = await device.post(MONDAY + timedelta(minutes=1), key=key, seal=seal)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert (await device.post(None, key=key)).json()["code"] == "idempotency_key_reused"
    device.api.clock.move(days=3)
    await forget(device)
    assert await truth.fetchval("SELECT count(*) FROM idempotency_keys") == 0


async def forget(device: Device) -> None:
    """One round of what deletes kept answers, at the device's service's time."""
    services = device.api.services
    await AnswerRetention(repository=TrainingRepository(services.database), clock=services.clock).forget()


def test_a_request_that_an_earlier_release_answered_is_known_again() -> None:
    """Fields that were added since change nothing about a request without them."""
    body = SubmitBody.model_validate(OLD_REQUEST)
    assert fingerprint(body).hex() == OLD_FINGERPRINT
    later = SubmitBody.model_validate(OLD_REQUEST | {"done_at": "2026-03-09T18:10:00+07:00"})
    assert fingerprint(later).hex() != OLD_FINGERPRINT


async def test_an_attempt_that_arrives_late_is_graded(
    packed_stores: StoreUrls, tmp_path: Path, truth: Truth, lessons: list[Lesson]
) -> None:
    """Under server grading, attempts of Monday that are sent 70 hours or 13 days later are graded and paid; not after 14 days."""
    async with serve(packed_stores, tmp_path, grading="server") as api:
        await api.services.library.refresh()
        api.clock.set(MONDAY)
        device = await device_of(api, truth)
        open_lessons = [lesson for lesson in lessons if lesson.level_number == 1][:3]
        api.http.headers.update(device.headers)
        attempts = [(await start_attempt(api.http, lesson.id))["attempt_id"] for lesson in open_lessons]
        statuses = []
        for days, lesson, attempt_id in zip((70 / 24, 13, 14), open_lessons, attempts, strict=True):
            api.clock.set(MONDAY + days * DAY)
            body = {"level_id": lesson.id, "answers": right_answers(lesson), "attempt_id": attempt_id}
            body["done_at"] = (MONDAY + timedelta(minutes=10)).isoformat()  # the attempt itself bears it out
            answer = await api.http.post(SUBMIT, json=body, headers=device.headers)
            statuses.append((answer.status_code, answer.json().get("counted_day")))
    assert statuses == [(200, "2026-03-09"), (200, "2026-03-22"), (409, None)]


async def test_days_of_east_and_west(packed_api: Api, truth: Truth) -> None:
    """At 23:30 and 01:30 by their own clocks, learners in Jakarta and Jayapura have two days in a row, late or not."""
    for zone, offset in (("Asia/Jakarta", 7), ("Asia/Jayapura", 9)):
        for is_late in (False, True):
            evening = datetime(2026, 3, 9, 23, 30, tzinfo=UTC) - timedelta(hours=offset)
            packed_api.clock.set(evening - timedelta(hours=1))
            device = await device_of(packed_api, truth, f"{zone} {is_late}")
            changed = await packed_api.http.patch("/users/me/profile", json={"timezone": zone}, headers=device.headers)
            assert changed.status_code == 200
            streaks = []
            for at in (evening, evening + timedelta(hours=2)):
                packed_api.clock.set(at if not is_late else evening + timedelta(hours=30))
                streaks.append((await device.send(at if is_late else None))["streak"])
            assert streaks == [1, 2]
            assert await device.days() == ["2026-03-09", "2026-03-10"]


async def test_a_zone_written_by_hand_fails_no_submission(
    device: Device, truth: Truth, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever stands in the column, the level is paid and the day is Jakarta's, also beside others' submissions; logged once."""
    warn_of_zone.cache_clear()
    for number, zone in enumerate(["UTC+9", "Mars/Olympus", "<+09>-9", ""], 1):
        await truth.execute("UPDATE users SET timezone = $1", zone)
        answers = [await device.send(done_at, level_id=f"puk_u{number}_l1") for done_at in (MONDAY, None)]
        assert answers[0]["counted_day"] == "2026-03-09"
    assert await device.days() == ["2026-03-09"]
    told = [record for record in caplog.records if "time_zone_unknown" in record.getMessage()]
    assert len(told) == 4
    assert DEFAULT_TIMEZONE in told[0].getMessage()
