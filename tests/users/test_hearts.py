"""Hearts: lost one by one, back the next day, nobody else's business."""

from __future__ import annotations

import asyncio

import pytest

from tests.users.serving import Api, Learner, Owner


async def test_losses_go_down_to_none(api: Api) -> None:
    """Each loss takes its amount, no amount takes more than there is, and the answer tells what is left."""
    learner = await api.register()
    assert await _hearts(api, learner) == 5
    assert [await _lose(api, learner, {}), await _lose(api, learner, {"amount": 3})] == [4, 1]
    assert [await _lose(api, learner, {"amount": 2**31 - 1}), await _lose(api, learner, {"amount": 1})] == [0, 0]
    assert await _hearts(api, learner) == 0


async def test_hearts_come_back_at_local_midnight(api: Api, owner: Owner) -> None:
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


async def test_reading_hearts_writes_nothing(api: Api, owner: Owner) -> None:
    """The refill is how hearts read on a later day, not a write by a GET."""
    learner = await api.register()
    await _lose(api, learner, {"amount": 2})
    before = await owner.fetchrow("SELECT xmin::text, * FROM users")
    api.clock.move(days=1)
    assert await _hearts(api, learner) == 5
    assert await owner.fetchrow("SELECT xmin::text, * FROM users") == before


async def test_parallel_losses_add_up(api: Api, owner: Owner) -> None:
    """Fifty losses at once end at none, and each of the first five left its own count: none was overwritten."""
    learner = await api.register()
    left = await asyncio.gather(*[_lose(api, learner, {"amount": 1}) for _ in range(50)])
    assert sorted(left, reverse=True) == [4, 3, 2, 1, *[0] * 46]
    assert await owner.fetchval("SELECT hearts FROM users") == 0


async def test_late_loss_of_yesterday_counts_against_today(api: Api, owner: Owner) -> None:
    """A loss that read the clock before midnight and wrote after another's refill does not turn the day back."""
    learner = await api.register()
    yesterday = api.clock.now().date()
    api.clock.move(days=1)
    assert await _lose(api, learner, {"amount": 2}) == 3
    assert await api.repository.lose_hearts(learner.id, 1, yesterday) == 2
    assert await _hearts(api, learner) == 2


async def test_hearts_of_others_are_refused(api: Api, owner: Owner) -> None:
    """Another's hearts are 403 to read and to take, whether that user exists or not, admins included."""
    learner, other = await api.register(), await api.register("ayu")
    await owner.execute("UPDATE users SET role = 'admin' WHERE id = $1", learner.id)
    for user_id in (other.id, 999_999):
        path = f"/users/{user_id}/hearts"
        assert (await api.http.get(path, headers=learner.headers)).status_code == 403
        taken = await api.http.post(f"{path}/decrement", json={"amount": 1}, headers=learner.headers)
        assert taken.status_code == 403
    assert await owner.fetchval("SELECT hearts FROM users WHERE id = $1", other.id) == 5


@pytest.mark.parametrize(
    "amount", ["0", "-1", '"1"', "1.5", "1.0", "true", "null", "NaN", "Infinity", str(2**31), str(2**63), "[1]"]
)
async def test_bad_amounts_take_nothing(api: Api, owner: Owner, amount: str) -> None:
    """Anything but a whole number of at least one is 422."""
    learner = await api.register()
    answer = await api.http.post(
        f"/users/{learner.id}/hearts/decrement",
        content=f'{{"amount": {amount}}}',
        headers=learner.headers | {"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
    assert await owner.fetchval("SELECT hearts FROM users") == 5


async def _hearts(api: Api, learner: Learner) -> int:
    answer = await api.http.get(f"/users/{learner.id}/hearts", headers=learner.headers)
    return _read(answer.status_code, answer.json())


async def _lose(api: Api, learner: Learner, body: dict[str, int]) -> int:
    answer = await api.http.post(f"/users/{learner.id}/hearts/decrement", json=body, headers=learner.headers)
    return _read(answer.status_code, answer.json())


def _read(status: int, body: dict[str, dict[str, int]]) -> int:
    assert status == 200, body
    assert body["data"]["max_hearts"] == 5
    return body["data"]["hearts"]
