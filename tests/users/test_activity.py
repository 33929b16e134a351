"""The days on which a learner was active."""

from __future__ import annotations

from datetime import date

from tests.users.serving import Api, Owner


async def test_a_month_lists_ones_own_days_in_order_and_no_others(api: Api, owner: Owner) -> None:
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


async def test_a_month_that_is_none_is_refused(api: Api) -> None:
    """A malformed month is 422; without a token it is 401."""
    learner = await api.register()
    for month in ("2026-13", "2026-3", "0000-01", "2026-03-01", ""):
        answer = await api.http.get(f"/users/me/activity?month={month}", headers=learner.headers)
        assert answer.status_code == 422, month
    assert (await api.http.get("/users/me/activity")).status_code == 401
