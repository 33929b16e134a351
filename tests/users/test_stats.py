"""PUT /users/me/stats: an old client's word, as far as recorded activity bears it."""

from __future__ import annotations

import asyncio
from datetime import date

import httpx
import pytest

from tests.users.serving import Api, Learner, Owner


@pytest.fixture
async def learner(api: Api, owner: Owner) -> Learner:
    """Active on 1 March and on 6 to 9 March; today is the 10th in Jakarta."""
    learner = await api.register()
    days = [date(2026, 3, day) for day in (1, 6, 7, 8, 9)]
    await owner.executemany("INSERT INTO activity_days VALUES ($1, $2)", [(learner.id, day) for day in days])
    await owner.execute("UPDATE users SET streak = 1, longest_streak = 3, last_active_date = '2026-03-06'")
    return learner


async def test_borne_streak_is_taken(api: Api, owner: Owner, learner: Learner) -> None:
    """A run that is on record is written, and raises the longest streak with it."""
    answer = await _put(api, learner, '{"streak": 4, "last_active_date": "2026-03-09"}')
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["streak"], data["longest_streak"], data["last_active_date"]) == (4, 4, "2026-03-09")
    assert await _stats(owner) == (4, 4, date(2026, 3, 9))


async def test_longest_streak_never_falls(api: Api, owner: Owner, learner: Learner) -> None:
    """A shorter streak, or none, leaves the longest one as it is."""
    assert (await _put(api, learner, '{"streak": 1, "last_active_date": "2026-03-01"}')).status_code == 200
    assert await _stats(owner) == (1, 3, date(2026, 3, 1))
    assert (await _put(api, learner, '{"streak": 0, "last_active_date": null}')).status_code == 200
    assert await _stats(owner) == (0, 3, None)


@pytest.mark.parametrize("body", ["{}", '{"total_xp": 999999}'])
async def test_an_old_client_that_reports_only_its_xp_changes_nothing(
    api: Api, owner: Owner, learner: Learner, body: str
) -> None:
    """Neither streak nor day sent: answered with success, and the streak stays."""
    assert (await _put(api, learner, '{"streak": 1, "last_active_date": "2026-03-01"}')).status_code == 200
    assert (await _put(api, learner, body)).status_code == 200
    assert await _stats(owner) == (1, 3, date(2026, 3, 1))


@pytest.mark.parametrize("total_xp", ["999999", '"many"', "null", "-1", "1e999", "NaN", "{}", '"\\ud800"'])
async def test_old_clients_total_is_ignored(api: Api, owner: Owner, learner: Learner, total_xp: str) -> None:
    """Whatever an old client claims as its XP, the request works and no XP changes."""
    body = f'{{"streak": 4, "last_active_date": "2026-03-09", "total_xp": {total_xp}}}'
    answer = await _put(api, learner, body)
    assert answer.status_code == 200
    assert answer.json()["data"]["total_xp"] == 0
    assert await owner.fetchval("SELECT total_xp FROM users") == 0


@pytest.mark.parametrize(
    "body",
    [
        '{"streak": 5, "last_active_date": "2026-03-09"}',
        '{"streak": 2, "last_active_date": "2026-03-06"}',
        '{"streak": 1, "last_active_date": "2026-03-10"}',
        '{"streak": 1, "last_active_date": null}',
        '{"streak": 1}',
        '{"streak": 0, "last_active_date": "2026-03-11"}',
        '{"streak": 0, "last_active_date": "9999-12-31"}',
        '{"streak": 1, "last_active_date": "0001-01-01"}',
        '{"streak": 2147483647, "last_active_date": "2026-03-09"}',
        f'{{"streak": {2**63}, "last_active_date": "2026-03-09"}}',
        '{"streak": -1, "last_active_date": "2026-03-09"}',
        '{"streak": "4", "last_active_date": "2026-03-09"}',
        '{"streak": 4.0, "last_active_date": "2026-03-09"}',
        '{"streak": true, "last_active_date": "2026-03-09"}',
        '{"streak": NaN, "last_active_date": "2026-03-09"}',
        '{"streak": null, "last_active_date": "2026-03-09"}',
        '{"streak": 4, "last_active_date": "2026-3-9"}',
        '{"streak": 4, "last_active_date": "2026-02-30"}',
        '{"streak": 4, "last_active_date": "0000-01-01"}',
        '{"streak": 4, "last_active_date": "2026-03-09\\n"}',
        '{"streak": 4, "last_active_date": "٢٠٢٦-٠٣-٠٩"}',
        '{"streak": 4, "last_active_date": "2026-03-09T00:00:00Z"}',
        '{"streak": 4, "last_active_date": "20260309"}',
        '{"streak": 4, "last_active_date": 1772000000}',
        '{"streak": 4, "last_active_date": "2026-03-09", "hearts": 5}',
        "[]",
        "",
        "{",
        "null",
    ],
)
async def test_refused_stats_change_nothing(api: Api, owner: Owner, learner: Learner, body: str) -> None:
    """What activity does not bear, lies in the future or is malformed is 422, and the row is untouched to the version."""
    before = await owner.fetchrow("SELECT xmin::text, * FROM users")
    answer = await _put(api, learner, body)
    assert answer.status_code == 422
    assert answer.json()["detail"] == answer.json()["message"]
    assert await owner.fetchrow("SELECT xmin::text, * FROM users") == before


async def test_today_is_the_learners_today(api: Api, owner: Owner, learner: Learner) -> None:
    """A day that has begun in Jayapura may be reported from there while it is still in the future in UTC."""
    api.clock.move(hours=10)  # 15:00 UTC on the 10th: already the 11th in Jayapura
    body = '{"streak": 0, "last_active_date": "2026-03-11"}'
    assert (await _put(api, learner, body)).json()["code"] == "date_in_future"
    await owner.execute("UPDATE users SET timezone = 'Asia/Jayapura'")
    assert (await _put(api, learner, body)).status_code == 200


async def test_activity_of_others_bears_nothing(api: Api, learner: Learner) -> None:
    """A streak rests on the learner's own days."""
    other = await api.register("ayu")
    answer = await _put(api, other, '{"streak": 1, "last_active_date": "2026-03-09"}')
    assert answer.json()["code"] == "streak_not_borne"
    assert answer.status_code == 422


async def test_stats_wait_for_a_submission_under_way(api: Api, owner: Owner, learner: Learner) -> None:
    """The row is locked before activity is read: a day that is being written counts, and XP written meanwhile stays."""
    async with owner.transaction():
        await owner.execute("UPDATE users SET total_xp = 15 WHERE id = $1", learner.id)
        await owner.execute("INSERT INTO activity_days VALUES ($1, '2026-03-10')", learner.id)
        waiting = asyncio.create_task(_put(api, learner, '{"streak": 5, "last_active_date": "2026-03-10"}'))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert (await waiting).json()["data"]["total_xp"] == 15
    assert await _stats(owner) == (5, 5, date(2026, 3, 10))


async def _put(api: Api, learner: Learner, body: str) -> httpx.Response:
    headers = learner.headers | {"Content-Type": "application/json"}
    return await api.http.put("/users/me/stats", content=body.encode(), headers=headers)


async def _stats(owner: Owner) -> tuple[int, int, date | None]:
    row = await owner.fetchrow("SELECT streak, longest_streak, last_active_date FROM users ORDER BY id LIMIT 1")
    assert row is not None
    return row["streak"], row["longest_streak"], row["last_active_date"]
