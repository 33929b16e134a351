"""Profiles: one's own, and what others see."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from tests.users.serving import NOON, Api, Learner, Owner, bearer


async def test_me_has_every_field_that_clients_parse(api: Api, owner: Owner) -> None:
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
async def test_streak_shows_as_of_the_learners_day(api: Api, owner: Owner, last: int, shown: int) -> None:
    """A streak whose last day is before yesterday reads 0, to oneself and to others; the longest one stays."""
    learner = await api.register()
    await owner.execute("UPDATE users SET streak = 4, longest_streak = 6, last_active_date = $1", date(2026, 3, last))
    mine = await _data(api, "/users/me", learner)
    public = await _data(api, f"/users/{learner.id}/public", learner)
    assert (mine["streak"], mine["longest_streak"], public["streak"]) == (shown, 6, shown)
    assert mine["last_active_date"] == f"2026-03-{last:02d}"


async def test_streak_breaks_at_local_midnight(api: Api, owner: Owner) -> None:
    """The day changes at midnight in Jakarta, not in UTC."""
    learner = await api.register()
    await owner.execute("UPDATE users SET streak = 4, longest_streak = 4, last_active_date = '2026-03-09'")
    api.clock.move(seconds=(datetime(2026, 3, 10, 16, 59, 59, tzinfo=UTC) - NOON).total_seconds())
    assert (await _data(api, "/users/me", learner))["streak"] == 4
    api.clock.move(seconds=1)
    assert (await _data(api, "/users/me", learner))["streak"] == 0


async def test_rename_trims_and_shows_at_once(api: Api, owner: Owner) -> None:
    """A new name is trimmed, stored and answered; nothing else changes."""
    learner = await api.register()
    before = dict(await _row(owner))
    answer = await api.http.patch("/users/me/profile", json={"full_name": "  Ayu Lestari "}, headers=learner.headers)
    assert answer.status_code == 200
    assert answer.json()["data"]["full_name"] == answer.json()["data"]["name"] == "Ayu Lestari"
    assert dict(await _row(owner)) == before | {"name": "Ayu Lestari"}


@pytest.mark.parametrize(
    "value",
    [
        '""',
        '"   "',
        '"' + "x" * 101 + '"',
        '"a\\u0000b"',
        '"a\\ud800"',
        '"a\\nb"',
        "5",
        "null",
        "NaN",
        "true",
        '["a"]',
        "[" * 20000,
        "1" * 5000,
    ],
)
async def test_bad_names_change_nothing(api: Api, owner: Owner, value: str) -> None:
    """Empty, long, broken or mistyped names are 422, and the name stays."""
    learner = await api.register()
    answer = await _send(api, learner, "PATCH", "/users/me/profile", f'{{"full_name": {value}}}')
    assert answer["status"] == 422
    assert answer["detail"] == answer["message"]
    assert (await _row(owner))["name"] == "Budi"


async def test_unknown_profile_fields_are_refused(api: Api) -> None:
    """Only the name can be changed here: a role or XP beside it is 422."""
    learner = await api.register()
    answer = await _send(api, learner, "PATCH", "/users/me/profile", '{"full_name": "Ayu", "role": "admin"}')
    assert answer["status"] == 422


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


async def test_public_profile_of_nobody_is_404(api: Api, owner: Owner) -> None:
    """Unknown and disabled users are not found, in the same words."""
    asking, gone = await api.register(), await api.register("ayu")
    await owner.execute("UPDATE users SET is_active = false WHERE id = $1", gone.id)
    answers = [await api.http.get(f"/users/{user_id}/public", headers=asking.headers) for user_id in (gone.id, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("user_id", ["0", "-1", str(2**63), "abc", "NaN", "1e3", "%00"])
async def test_ids_that_cannot_be_are_422(api: Api, user_id: str) -> None:
    """A path that holds no user id is refused before PostgreSQL sees it."""
    learner = await api.register()
    for path in (f"/users/{user_id}/public", f"/users/{user_id}/hearts"):
        assert (await api.http.get(path, headers=learner.headers)).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/me"),
        ("PATCH", "/users/me/profile"),
        ("PUT", "/users/me/stats"),
        ("GET", "/users/1/public"),
        ("GET", "/users/1/hearts"),
        ("POST", "/users/1/hearts/decrement"),
    ],
)
async def test_no_route_works_without_a_token(api: Api, method: str, path: str) -> None:
    """Every route about a user needs a token; without one it is 401 in the error shape."""
    await api.register()
    for headers in ({}, {"Authorization": "Basic eDp5"}, bearer("nonsense")):
        answer = await api.http.request(method, path, headers=headers, json={"full_name": "x"})
        assert answer.status_code == 401
        assert answer.json()["detail"] == answer.json()["message"]
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def _data(api: Api, path: str, learner: Learner) -> dict[str, Any]:
    answer = await api.http.get(path, headers=learner.headers)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def _send(api: Api, learner: Learner, method: str, path: str, content: str) -> dict[str, Any]:
    headers = learner.headers | {"Content-Type": "application/json"}
    answer = await api.http.request(method, path, content=content, headers=headers)
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    return body


async def _row(owner: Owner) -> asyncpg.Record:
    row = await owner.fetchrow("SELECT * FROM users")
    assert row is not None
    return row
