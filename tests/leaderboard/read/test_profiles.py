"""Names on the board: from memory, and yet never an old one after a change was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest

from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.models import Profile
from scout_os.leaderboard.read.profiles import Profiles
from scout_os.leaderboard.redis.redis_board import RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from tests.learners import submit
from tests.service import Truth, add_learners, board_until_redis, serve, until


async def test_a_new_name_is_on_the_board_of_every_worker_at_once(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """A learner who is renamed by one worker has the new name in the next answer of both."""
    [learner] = await add_learners(truth, 1)
    with serve(packed_stores, tmp_path / "one") as one, serve(packed_stores, tmp_path / "two") as two:
        async with one.client(learner) as first, two.client() as second:
            await submit(first)
            for number in range(5):
                await shown(first), await shown(second)  # now both remember
                renamed = await first.patch("/users/me/profile", json={"full_name": f"Nama {number}"})
                assert renamed.status_code == 200
                assert await shown(first) | await shown(second) == {f"Nama {number}"}


@pytest.mark.slow
async def test_a_name_changed_by_sql_is_shown_within_five_seconds(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """A change that marks nothing (by SQL, or because Redis lost the mark) is not hidden for ever."""
    [learner] = await add_learners(truth, 1)
    with serve(packed_stores, tmp_path) as service:
        async with service.client(learner) as client:
            await submit(client)
            await shown(client)
            await truth.execute("UPDATE users SET name = 'Baru'")

            async def is_shown() -> bool:
                return await shown(client) == {"Baru"}

            await until(is_shown, seconds=5)


async def test_a_name_changed_while_it_is_read_is_read_again(
    database: Database, owner: Truth, board: RedisBoard
) -> None:
    """Read before the change, arrived after it: the old name is neither shown nor remembered."""
    [learner] = await add_learners(owner, 1)
    repository = SlowRepository(database)
    profiles = Profiles(repository=repository, board=board)
    finding = asyncio.create_task(profiles.find([learner]))
    await repository.has_read.wait()
    await owner.execute("UPDATE users SET name = 'Baru'")
    await profiles.changed()
    repository.may_answer.set()
    assert {profile.name for profile in (await finding).values()} == {"Baru"}


class SlowRepository(BoardRepository):
    """Has read, and answers when it may."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.has_read, self.may_answer = asyncio.Event(), asyncio.Event()

    async def list_profiles(self, user_ids: Iterable[int]) -> dict[int, Profile]:
        read = await super().list_profiles(user_ids)
        self.has_read.set()
        await self.may_answer.wait()
        return read


async def shown(client: httpx.AsyncClient) -> set[str]:
    """The names in each answer up to the first from Redis."""
    return {row["name"] for answer in await board_until_redis(client) for row in answer["top_users"]}
