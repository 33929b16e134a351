"""One's own profile, streak, hearts and days of activity, and what others see of them."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from scout_os.core.postgres import Database
from scout_os.users.repository import UserRepository
from tests.service import Truth
from tests.users.serving import Api, Learner


@pytest.fixture
async def active(api: Api, owner: Truth) -> Learner:
    """A learner active on 1 March and on 6 to 9 March; today is the 10th in Jakarta."""
    learner = await api.register()
    days = [date(2026, 3, day) for day in (1, 6, 7, 8, 9)]
    await owner.executemany("INSERT INTO activity_days VALUES ($1, $2)", [(learner.id, day) for day in days])
    await owner.execute("UPDATE users SET streak = 1, longest_streak = 3, last_active_date = '2026-03-06'")
    return learner


async def test_me_has_every_field_that_clients_parse(api: Api, owner: Truth) -> None:
    """A fresh learner's profile has the types and first values that the client in the field expects."""
    learner = await api.register("Budi@Example.id", "Budi")
    answer = await api.http.get("/users/me", headers=learner.headers)
    assert answer.status_code == 200
    body = answer.json()
    assert body["success"] is True
    assert body["message"]
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    created_at = datetime.fromisoformat(body["data"].pop("created_at"))
    assert created_at == await owner.fetchval("SELECT created_at FROM users")
    assert body["data"] == {
        "id": learner.id,
        "name": "Budi",
        "full_name": "Budi",
        "username": "budi@example.id",
        "picture_url": None,
        "is_pro": False,
        "gugus_depan": None,
        "role": "learner",
        "total_xp": 0,
        "streak": 0,
        "longest_streak": 0,
        "hearts": 5,
        "max_hearts": 5,
        "last_active_date": None,
        "timezone": "Asia/Jakarta",
    }


@pytest.mark.parametrize(("last", "shown"), [(10, 4), (9, 4), (8, 0)])
async def test_streak_shows_as_of_the_learners_day(api: Api, owner: Truth, last: int, shown: int) -> None:
    """A streak whose last day is before yesterday reads 0, to oneself and to others; the longest one stays."""
    learner = await api.register()
    await owner.execute("UPDATE users SET streak = 4, longest_streak = 6, last_active_date = $1", date(2026, 3, last))
    mine = await _data(api, "/users/me", learner)
    public = await _data(api, f"/users/{learner.id}/public", learner)
    assert (mine["streak"], mine["longest_streak"], public["streak"]) == (shown, 6, shown)
    assert mine["last_active_date"] == f"2026-03-{last:02d}"


async def test_rename_trims_and_shows_at_once(api: Api, owner: Truth) -> None:
    """A new name is trimmed, stored and answered; nothing else changes."""
    learner = await api.register()
    before = await owner.fetchrow("SELECT * FROM users")
    assert before is not None
    answer = await api.http.patch("/users/me/profile", json={"full_name": "  Ayu Lestari "}, headers=learner.headers)
    assert answer.status_code == 200
    assert answer.json()["data"]["full_name"] == answer.json()["data"]["name"] == "Ayu Lestari"
    [after] = await owner.fetch("SELECT * FROM users")
    assert dict(after) == dict(before) | {"name": "Ayu Lestari"}


async def test_a_learner_sets_where_they_live(api: Api, owner: Truth) -> None:
    """The time zone can be set with or without a name, and days are counted in it from then on; the name stays."""
    learner = await api.register()
    api.clock.move(hours=10)
    assert (await _data(api, "/users/me/activity", learner))["today"] == "2026-03-10"
    answer = await api.http.patch("/users/me/profile", json={"timezone": "Asia/Jayapura"}, headers=learner.headers)
    assert (answer.status_code, answer.json()["data"]["timezone"]) == (200, "Asia/Jayapura")
    assert answer.json()["data"]["name"] == "Budi"
    assert (await _data(api, "/users/me/activity", learner))["today"] == "2026-03-11"
    both = {"full_name": "Ayu", "timezone": "Asia/Makassar"}
    changed = (await api.http.patch("/users/me/profile", json=both, headers=learner.headers)).json()["data"]
    assert (changed["name"], changed["timezone"]) == ("Ayu", "Asia/Makassar")
    assert await owner.fetchval("SELECT timezone FROM users") == "Asia/Makassar"


ODD_ZONES = [
    "UTC+9",
    "+09:00",
    "WIT",
    "asia/jayapura",
    "Asia",
    "localtime",
    "../etc/passwd",
    "x" * 64,
    "posix/Asia/Jakarta",
]


@pytest.mark.parametrize("zone", ODD_ZONES)
async def test_only_names_of_time_zones_are_taken(api: Api, owner: Truth, zone: str) -> None:
    """What PostgreSQL or Python alone would read is refused in a profile, and changes nothing, also not the name."""
    learner = await api.register()
    body = {"full_name": "Ayu", "timezone": zone}
    answer = await api.http.patch("/users/me/profile", json=body, headers=learner.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_time_zone")
    assert await owner.fetchval("SELECT name || ' ' || timezone FROM users") == "Budi Asia/Jakarta"


@pytest.mark.parametrize("body", [{}, {"full_name": None}, {"timezone": None}, {"timezone": ""}, {"timezone": 9}])
async def test_a_change_of_nothing_is_refused(api: Api, body: dict[str, object]) -> None:
    """A profile needs a name or a time zone."""
    learner = await api.register()
    answer = await api.http.patch("/users/me/profile", json=body, headers=learner.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_public_profile_shows_little(api: Api) -> None:
    """Others see five fields, the id as an integer."""
    asking, other = await api.register(), await api.register("ayu", "Ayu")
    assert await _data(api, f"/users/{other.id}/public", asking) == {
        "id": other.id,
        "full_name": "Ayu",
        "picture_url": None,
        "total_xp": 0,
        "streak": 0,
    }


async def test_public_profile_of_nobody_is_404(api: Api, owner: Truth) -> None:
    """Unknown and disabled users are not found, in the same words."""
    asking, gone = await api.register(), await api.register("ayu")
    await owner.execute("UPDATE users SET is_active = false WHERE id = $1", gone.id)
    ids = (gone.id, 999_999, 2**63 - 1)
    answers = [await api.http.get(f"/users/{user_id}/public", headers=asking.headers) for user_id in ids]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()


async def test_a_learner_disabled_while_still_believed_is_401(api: Api, owner: Truth) -> None:
    """In the seconds in which a worker still believes the token, the profile itself is no longer found."""
    learner = await api.register()
    assert (await api.http.get("/users/me", headers=learner.headers)).status_code == 200
    await owner.execute("UPDATE users SET is_active = false")
    requests = [
        ("GET", "/users/me", None),
        ("PATCH", "/users/me/profile", {"full_name": "Ayu"}),
        ("PUT", "/users/me/stats", {}),
        ("GET", f"/users/{learner.id}/hearts", None),
        ("POST", f"/users/{learner.id}/hearts/decrement", {}),
    ]
    for method, path, body in requests:
        answer = await api.http.request(method, path, json=body, headers=learner.headers)
        assert answer.status_code == 401, path
    assert await owner.fetchval("SELECT name FROM users") == "Budi"


async def test_borne_streak_is_taken(api: Api, owner: Truth, active: Learner) -> None:
    """A run that is on record is written, and raises the longest streak with it."""
    answer = await _put(api, active, '{"streak": 4, "last_active_date": "2026-03-09"}')
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["streak"], data["longest_streak"], data["last_active_date"]) == (4, 4, "2026-03-09")
    assert await _stats(owner) == (4, 4, date(2026, 3, 9))


async def test_longest_streak_never_falls(api: Api, owner: Truth, active: Learner) -> None:
    """A shorter streak, or none, leaves the longest one as it is."""
    assert (await _put(api, active, '{"streak": 1, "last_active_date": "2026-03-01"}')).status_code == 200
    assert await _stats(owner) == (1, 3, date(2026, 3, 1))
    assert (await _put(api, active, '{"streak": 0, "last_active_date": null}')).status_code == 200
    assert await _stats(owner) == (0, 3, None)


@pytest.mark.parametrize("body", ["{}", '{"total_xp": 999999}'])
async def test_an_old_client_that_reports_only_its_xp_changes_nothing(
    api: Api, owner: Truth, active: Learner, body: str
) -> None:
    """Neither streak nor day sent: answered with success, and the streak stays."""
    assert (await _put(api, active, '{"streak": 1, "last_active_date": "2026-03-01"}')).status_code == 200
    assert (await _put(api, active, body)).status_code == 200
    assert await _stats(owner) == (1, 3, date(2026, 3, 1))


@pytest.mark.parametrize("total_xp", ["999999", '"many"', "null", "-1", "1e999", "NaN", "{}", '"\\ud800"'])
async def test_old_clients_total_is_ignored(api: Api, owner: Truth, active: Learner, total_xp: str) -> None:
    """Whatever an old client claims as its XP, the request works and no XP changes."""
    body = f'{{"streak": 4, "last_active_date": "2026-03-09", "total_xp": {total_xp}}}'
    answer = await _put(api, active, body)
    assert answer.status_code == 200
    assert answer.json()["data"]["total_xp"] == 0
    assert await owner.fetchval("SELECT total_xp FROM users") == 0


async def test_the_devices_date_may_be_a_day_ahead(api: Api, owner: Truth, active: Learner) -> None:
    """From Papua the date of a new day is no fault while it is still yesterday in Jakarta: it counts as the learner's today."""
    api.clock.move(hours=10)  # 15:00 UTC on the 10th: already the 11th in Jayapura
    await owner.execute("INSERT INTO activity_days VALUES ($1, '2026-03-10')", active.id)
    body = '{"streak": 5, "last_active_date": "2026-03-11"}'
    assert (await _put(api, active, body)).status_code == 200
    assert await _stats(owner) == (5, 5, date(2026, 3, 10))
    assert (await _put(api, active, body.replace("5", "6"))).json()["code"] == "streak_not_borne"
    tomorrow = await _put(api, active, '{"streak": 0, "last_active_date": "2026-03-12"}')
    assert tomorrow.json()["code"] == "date_in_future"
    await api.http.patch("/users/me/profile", json={"timezone": "Asia/Jayapura"}, headers=active.headers)
    assert (await _put(api, active, '{"streak": 0, "last_active_date": "2026-03-11"}')).status_code == 200
    assert await _stats(owner) == (0, 5, date(2026, 3, 11))


async def test_activity_of_others_bears_nothing(api: Api, active: Learner) -> None:
    """A streak rests on the learner's own days."""
    other = await api.register("ayu")
    answer = await _put(api, other, '{"streak": 1, "last_active_date": "2026-03-09"}')
    assert answer.json()["code"] == "streak_not_borne"
    assert answer.status_code == 422


async def test_stats_wait_for_a_submission_under_way(api: Api, owner: Truth, active: Learner) -> None:
    """The row is locked before activity is read: a day that is being written counts, and XP written meanwhile stays."""
    async with owner.transaction():
        await owner.execute("UPDATE users SET total_xp = 15 WHERE id = $1", active.id)
        await owner.execute("INSERT INTO activity_days VALUES ($1, '2026-03-10')", active.id)
        waiting = asyncio.create_task(_put(api, active, '{"streak": 5, "last_active_date": "2026-03-10"}'))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert (await waiting).json()["data"]["total_xp"] == 15
    assert await _stats(owner) == (5, 5, date(2026, 3, 10))


async def test_losses_go_down_to_none(api: Api) -> None:
    """Each loss takes its amount, no amount takes more than there is, and the answer tells what is left."""
    learner = await api.register()
    assert await _hearts(api, learner) == 5
    assert [await _lose(api, learner, {}), await _lose(api, learner, {"amount": 3})] == [4, 1]
    assert [await _lose(api, learner, {"amount": 2**31 - 1}), await _lose(api, learner, {"amount": 1})] == [0, 0]
    assert await _hearts(api, learner) == 0


async def test_hearts_come_back_at_local_midnight(api: Api, owner: Truth) -> None:
    """All five are back when the learner's own day begins, not before, and the next loss counts from five."""
    learner = await api.register()
    await owner.execute("UPDATE users SET timezone = 'Asia/Jayapura'")  # UTC+9: midnight is 15:00 UTC
    assert await _lose(api, learner, {"amount": 4}) == 1
    api.clock.move(hours=9, minutes=59, seconds=59)
    assert await _hearts(api, learner) == 1
    assert await _lose(api, learner, {"amount": 1}) == 0
    api.clock.move(seconds=1)
    assert await _hearts(api, learner) == 5
    assert await _lose(api, learner, {"amount": 1}) == 4
    assert await _hearts(api, learner) == 4


async def test_reading_hearts_writes_nothing(api: Api, owner: Truth) -> None:
    """The refill is how hearts read on a later day, not a write by a GET."""
    learner = await api.register()
    await _lose(api, learner, {"amount": 2})
    before = await owner.fetchrow("SELECT xmin::text, * FROM users")
    api.clock.move(days=1)
    assert await _hearts(api, learner) == 5
    assert await owner.fetchrow("SELECT xmin::text, * FROM users") == before


async def test_parallel_losses_add_up(api: Api, owner: Truth) -> None:
    """Fifty losses at once end at none, and each of the first five left its own count: none was overwritten."""
    learner = await api.register()
    left = await asyncio.gather(*[_lose(api, learner, {"amount": 1}) for _ in range(50)])
    assert sorted(left, reverse=True) == [4, 3, 2, 1, *[0] * 46]
    assert await owner.fetchval("SELECT hearts FROM users") == 0


async def test_late_loss_of_yesterday_counts_against_today(api: Api, database: Database) -> None:
    """A loss that read the clock before midnight and wrote after another's refill does not turn the day back."""
    learner = await api.register()
    yesterday = api.clock.now().date()
    api.clock.move(days=1)
    assert await _lose(api, learner, {"amount": 2}) == 3
    assert await UserRepository(database).lose_hearts(learner.id, 1, yesterday) == 2
    assert await _hearts(api, learner) == 2


async def test_hearts_of_others_are_refused(api: Api, owner: Truth) -> None:
    """Another's hearts are 403 to read and to take, whether that user exists or not, admins included."""
    learner, other = await api.register(), await api.register("ayu")
    await owner.execute("UPDATE users SET role = 'admin' WHERE id = $1", learner.id)
    for user_id in (other.id, 999_999):
        path = f"/users/{user_id}/hearts"
        assert (await api.http.get(path, headers=learner.headers)).status_code == 403
        taken = await api.http.post(f"{path}/decrement", json={"amount": 1}, headers=learner.headers)
        assert taken.status_code == 403
    assert await owner.fetchval("SELECT hearts FROM users WHERE id = $1", other.id) == 5


async def test_a_month_lists_ones_own_days_in_order_and_no_others(api: Api, owner: Truth) -> None:
    """Only the caller's days of that month, first and last included; without a month it is the learner's current one."""
    learner, other = await api.register("budi"), await api.register("siti")
    mine = [(2026, 2, 28), (2026, 3, 1), (2026, 3, 9), (2026, 3, 31), (2026, 4, 1)]
    rows = [(learner.id, date(*day)) for day in reversed(mine)] + [(other.id, date(2026, 3, 5))]
    await owner.executemany("INSERT INTO activity_days (user_id, day) VALUES ($1, $2)", rows)
    answer = await api.http.get("/users/me/activity", headers=learner.headers)
    days = ["2026-03-01", "2026-03-09", "2026-03-31"]
    assert answer.json()["data"] == {"month": "2026-03", "today": "2026-03-10", "days": days}
    earlier = await api.http.get("/users/me/activity?month=2026-02", headers=learner.headers)
    assert earlier.json()["data"]["days"] == ["2026-02-28"]


async def _data(api: Api, path: str, learner: Learner) -> dict[str, Any]:
    answer = await api.http.get(path, headers=learner.headers)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def _put(api: Api, learner: Learner, body: str) -> httpx.Response:
    headers = learner.headers | {"Content-Type": "application/json"}
    return await api.http.put("/users/me/stats", content=body.encode(), headers=headers)


async def _stats(owner: Truth) -> tuple[int, int, date | None]:
    row = await owner.fetchrow("SELECT streak, longest_streak, last_active_date FROM users ORDER BY id LIMIT 1")
    assert row is not None
    return row["streak"], row["longest_streak"], row["last_active_date"]


async def _hearts(api: Api, learner: Learner) -> int:
    data = await _data(api, f"/users/{learner.id}/hearts", learner)
    assert data["max_hearts"] == 5
    hearts: int = data["hearts"]
    return hearts


async def _lose(api: Api, learner: Learner, body: dict[str, int]) -> int:
    answer = await api.http.post(f"/users/{learner.id}/hearts/decrement", json=body, headers=learner.headers)
    assert answer.status_code == 200, answer.text
    hearts: int = answer.json()["data"]["hearts"]
    return hearts
