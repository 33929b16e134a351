"""Neighbours on streams: when they are read, and what viewers get."""

from __future__ import annotations

import asyncio
import time

import pytest
from redis.asyncio import Redis

from scout_os.leaderboard.models import Source, Top, View
from scout_os.leaderboard.stream.neighbourhoods import FROM_POSTGRES, READ_SECONDS, Neighbourhoods
from tests.leaderboard.stream.test_streams import PROMISED_SECONDS, timeless
from tests.leaderboard.stream.watching import Reading, earn, settle, watching
from tests.learners import Admin, give_all, until_board_follows
from tests.service import Service, Truth, add_learners, until

EMPTY = View(Top([]), {}, "redis")


class Reader:
    """Reads whatever is due, at a time that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self._neighbourhoods = Neighbourhoods(monotonic=lambda: self.now)

    def read(
        self, *wanted: int, joining: tuple[int, ...] = (), has_changed: bool = True, source: Source = "redis"
    ) -> list[int]:
        asked = self._neighbourhoods.next(set(wanted), joining, source, has_changed=has_changed)
        self._neighbourhoods.keep(asked, EMPTY)
        return sorted(asked)

    def knows(self, user_id: int) -> bool:
        return self._neighbourhoods.find(user_id) is not None


def test_each_learners_rows_are_read_once_a_second_at_most() -> None:
    """However often the board changes, and after the last change once more."""
    reader = Reader()
    reads = []
    for _ in range(40):
        reads += reader.read(1, 2)
        reader.now += READ_SECONDS / 8
    assert (reads.count(1), reads.count(2)) == (5, 5)
    reader.now += READ_SECONDS
    assert reader.read(1, 2, has_changed=False) == [1, 2]
    reader.now += READ_SECONDS
    assert reader.read(1, 2, has_changed=False) == []


def test_who_joins_is_read_at_once_and_who_left_is_forgotten() -> None:
    """A second device of a learner, and a learner who comes back, get no rows from before."""
    reader = Reader()
    assert reader.read(1, 2, joining=(1, 2)) == [1, 2]
    assert reader.read(1, 2, joining=(1,), has_changed=False) == [1]
    assert reader.read(2, has_changed=False) == []
    assert (reader.knows(1), reader.knows(2)) == (False, True)


def test_postgres_is_asked_about_so_many_at_once() -> None:
    """The others' turn comes later, those who have waited longest first; nobody is left out."""
    reader = Reader()
    everybody = tuple(range(FROM_POSTGRES + 100))
    first = reader.read(*everybody, source="postgres")
    assert len(first) == FROM_POSTGRES
    assert set(first).isdisjoint(second := reader.read(*everybody, source="postgres"))
    assert {*first, *second} == set(everybody)
    reader.now += READ_SECONDS
    assert set(reader.read(*everybody, source="postgres")) == set(first)


async def test_the_first_event_has_the_neighbours(service: Service, truth: Truth, cache: Redis) -> None:
    """`me` is what `GET /leaderboard/me` answers with the same parameter; who asks for none gets none."""
    ids = await add_learners(truth, 5)
    await give_all(truth, dict(zip(ids, (50, 40, 30, 20, 10), strict=True)))
    await until_board_follows(truth, cache)
    async with service.client(ids[2]) as client, service.client() as anybody:
        for count in (None, 0, 1, 5):
            path = "/leaderboard/me" if count is None else f"/leaderboard/me?neighbours={count}"
            async with watching(client, limit=1, neighbours=count) as stream:
                event = await stream.next()
            assert timeless(event.data["me"]) == timeless((await client.get(path)).json())
        async with watching(anybody, neighbours=5) as stream:
            assert (await stream.next()).data["me"] is None


async def test_a_neighbours_change_arrives(service: Service, truth: Truth, cache: Redis) -> None:
    """Within two seconds, though neither the page nor the own rank changed; who asks for no neighbours is sent nothing."""
    ids = await add_learners(truth, 4)
    await give_all(truth, dict(zip(ids, (100, 90, 80, 20), strict=True)))
    await until_board_follows(truth, cache)
    async with (
        service.client(ids[2]) as client,
        watching(client, limit=1, neighbours=1) as stream,
        watching(client, limit=1) as plain,
        watching(client, limit=1, neighbours=0) as alone,
    ):
        assert (await stream.next()).neighbours == [(ids[1], 90), (ids[2], 80), (ids[3], 20)]
        await asyncio.gather(plain.next(), alone.next())
        total = await earn(service, ids[3])
        event = await stream.next(seconds=PROMISED_SECONDS)
        assert event.neighbours == [(ids[1], 90), (ids[2], 80), (ids[3], total)]
        assert event.mine == (3, 80)
        assert (plain.count(), alone.count()) == (1, 1)


async def test_who_leaves_the_board_leaves_the_neighbours(
    service: Service, truth: Truth, cache: Redis, admin: Admin
) -> None:
    """Within two seconds a suspended or hidden learner is on nobody's stream; a hidden viewer has no neighbours."""
    ids = await add_learners(truth, 4)
    await give_all(truth, dict(zip(ids, (100, 90, 80, 70), strict=True)))
    await until_board_follows(truth, cache)
    async with (
        service.client(ids[2]) as client,
        service.client(ids[3]) as hider,
        watching(client, limit=1, neighbours=2) as stream,
    ):
        await stream.next()
        await admin.suspend(ids[1])
        await until_shown(stream, [ids[0], ids[2], ids[3]])
        await hider.put("/me/board-visibility", json={"visible": False})
        await until_shown(stream, [ids[0], ids[2]])
        await client.put("/me/board-visibility", json={"visible": False})
        await until_shown(stream, [])


async def test_many_changes_of_neighbours_are_few_events(service: Service, truth: Truth, cache: Redis) -> None:
    """However fast the neighbours change, a viewer is sent them once a second at most, and the last state in time."""
    ids = await add_learners(truth, 42)
    await give_all(truth, {ids[0]: 1000, ids[1]: 500})
    await until_board_follows(truth, cache)
    async with service.client(ids[1]) as client, watching(client, limit=1, neighbours=5) as stream:
        await stream.next()
        began = time.monotonic()
        for start in range(2, len(ids), 4):
            await asyncio.gather(*(earn(service, user) for user in ids[start : start + 4]))
        took = time.monotonic() - began
        lowest = sorted(ids[2:], key=lambda user: str(user).encode(), reverse=True)[:5]
        await until_shown(stream, [ids[0], ids[1], *lowest])
        assert stream.count() <= 3 + (took + PROMISED_SECONDS) / READ_SECONDS


async def test_who_comes_back_gets_the_neighbours_at_once(service: Service, truth: Truth) -> None:
    """The event's id does not tell whether neighbours changed, so the state is sent also to who has seen the id."""
    [one] = await add_learners(truth, 1)
    await earn(service, one)
    await settle(service, one)
    async with service.client(one) as client:
        async with watching(client, neighbours=1) as stream:
            first = await stream.next()
        async with watching(client, neighbours=1, last=first.version) as stream:
            assert (await stream.next()).neighbours == first.neighbours


async def until_shown(stream: Reading, ids: list[int]) -> None:
    """Wait until the last state has just these learners around the viewer."""

    async def are_shown() -> bool:
        return [user for user, _ in stream.states()[-1].neighbours] == ids

    await until(are_shown, seconds=PROMISED_SECONDS)


@pytest.mark.parametrize("wrong", ["-1", "6", "x"])
async def test_too_many_neighbours_are_refused(service: Service, wrong: str) -> None:
    """As by `GET /leaderboard/me`."""
    async with service.client() as client:
        assert (await client.get("/leaderboard/stream", params={"neighbours": wrong})).status_code == 422
