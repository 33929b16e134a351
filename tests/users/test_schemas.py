"""What the routes about a user refuse before anything is read or written."""

from __future__ import annotations

from datetime import date

import pytest

from tests.service import Truth
from tests.users.serving import Api

NAMES = [
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
    *(f'"{name}"' for name in ("Admin", "admіn", "Moderator\u200b", "\u202eidub", "Scout  0S", "\u3164")),
    '"Ayu", "role": "admin"',
]
AMOUNTS = ["0", "-1", '"1"', "1.5", "true", "null", "NaN", "Infinity", str(2**31), str(2**63), "[1]"]
STATS = [
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
    '{"streak": 4.5, "last_active_date": "2026-03-09"}',
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
]


@pytest.mark.parametrize(
    ("method", "path", "bodies"),
    [
        ("PATCH", "/users/me/profile", [f'{{"full_name": {name}}}' for name in NAMES]),
        ("POST", "/users/{}/hearts/decrement", [f'{{"amount": {amount}}}' for amount in AMOUNTS]),
        ("PUT", "/users/me/stats", STATS),
    ],
    ids=["name", "hearts", "stats"],
)
async def test_what_is_refused_changes_nothing(
    api: Api, owner: Truth, method: str, path: str, bodies: list[str]
) -> None:
    """Bad names, amounts that are no counts, and stats that no activity bears are 422, and the row stays to the version."""
    learner = await api.register()
    days = [date(2026, 3, day) for day in (6, 7, 8, 9)]
    await owner.executemany("INSERT INTO activity_days VALUES ($1, $2)", [(learner.id, day) for day in days])
    before = await owner.fetchrow("SELECT xmin::text, * FROM users")
    headers = learner.headers | {"Content-Type": "application/json"}
    for body in bodies:
        answer = await api.http.request(method, path.format(learner.id), content=body.encode(), headers=headers)
        assert answer.status_code == answer.json()["status"] == 422, body
        assert answer.json()["detail"] == answer.json()["message"], body
        assert await owner.fetchrow("SELECT xmin::text, * FROM users") == before, body


async def test_ids_that_cannot_be_are_422(api: Api) -> None:
    """A path that holds no user id is refused before PostgreSQL sees it."""
    learner = await api.register()
    for user_id in ("0", "-1", str(2**63), "abc", "NaN", "1e3", "%00"):
        for path in (f"/users/{user_id}/public", f"/users/{user_id}/hearts"):
            assert (await api.http.get(path, headers=learner.headers)).status_code == 422, user_id


async def test_a_month_that_is_none_is_refused(api: Api) -> None:
    """A malformed month is 422."""
    learner = await api.register()
    for month in ("2026-13", "2026-3", "0000-01", "2026-03-01", ""):
        answer = await api.http.get(f"/users/me/activity?month={month}", headers=learner.headers)
        assert answer.status_code == 422, month
