"""The board as a stream, over the whole service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis

from tests.leaderboard.stream.watching import HEARTBEAT, earn, settle, watching
from tests.service import Service, Truth, add_learners, serve, until

PROMISED_SECONDS = 2.0
TIMES = {"timestamp", "as_of"}


def timeless(value: object) -> object:
    """An answer without the time it was made at."""
    if isinstance(value, dict):
        return {key: timeless(part) for key, part in value.items() if key not in TIMES}
    return [timeless(part) for part in value] if isinstance(value, list) else value


async def test_the_first_event_is_what_the_board_answers(service: Service, truth: Truth) -> None:
    """At once, the bodies of `GET /leaderboard` and `GET /leaderboard/me`; without a token no own rank."""
    one, other = await add_learners(truth, 2)
    await truth.execute("UPDATE users SET name = $2 WHERE id = $1", one, '"my_rank":null {"rank":0,"xp":0} é')
    await earn(service, one)
    await settle(service, one)
    async with service.client(one) as client, service.client() as anybody:
        for asker, limit in ((client, 50), (client, 1), (anybody, 50)):
            async with watching(asker, limit=limit) as stream:
                event = await stream.next()
            page = (await asker.get("/leaderboard", params={"limit": limit})).json()
            me = None if asker is anybody else (await asker.get("/leaderboard/me")).json()
            assert timeless(event.data) == timeless({"leaderboard": page, "me": me})
            assert event.data["leaderboard"].keys() == page.keys()
            assert event.version is not None
    async with service.client(other) as client, watching(client) as stream:
        assert (await stream.next()).mine == (0, 0)


async def test_a_change_by_another_process_arrives(service: Service, truth: Truth, tmp_path: Path) -> None:
    """An award that another process writes is on the streams of this one within two seconds, page and own rank."""
    one, other = await add_learners(truth, 2)
    await earn(service, one)
    await settle(service, one)
    with serve(service.stores, tmp_path / "second") as second:
        async with (
            service.client(one) as client,
            watching(client) as stream,
            service.client() as anybody,
            watching(anybody) as public,
        ):
            assert (await stream.next()).mine == (1, 10)
            await public.next()
            for level, mine in (("puk_u1_l1", (1, 10)), ("puk_u1_l2", (2, 10))):
                before = stream.states()[-1].version
                total = await earn(second, other, level)
                event = await stream.next(seconds=PROMISED_SECONDS)
                assert dict(event.rows)[other] == total
                assert event.mine == mine
                assert (event.version or 0) > (before or 0)
                assert (await public.next(seconds=PROMISED_SECONDS)).rows == event.rows


async def test_only_what_concerns_a_viewer_is_sent(service: Service, truth: Truth) -> None:
    """A change below the page goes to nobody but the one whose rank it is."""
    ids = await add_learners(truth, 4)
    for user, levels in zip(ids, (4, 3, 1, 0), strict=True):
        for number in range(levels):
            await earn(service, user, f"puk_u1_l{number + 1}")
    await settle(service, *ids[:3])
    async with (
        service.client() as anybody,
        service.client(ids[2]) as third,
        service.client(ids[3]) as fourth,
        watching(anybody, limit=2) as page,
        watching(third, limit=2) as mine,
        watching(fourth, limit=2) as other,
    ):
        assert (await mine.next()).mine == (3, 10)
        assert (await other.next()).mine == (0, 0)
        await page.next()
        await earn(service, ids[3], "puk_u1_l1")
        assert (await other.next(seconds=PROMISED_SECONDS)).mine == (3, 10)
        total = await earn(service, ids[3], "puk_u1_l2")
        assert (await other.next(seconds=PROMISED_SECONDS)).mine == (3, total)
        assert (await mine.next(seconds=PROMISED_SECONDS)).mine == (4, 10)
        assert (page.count(), mine.count(), other.count()) == (1, 2, 3)


async def test_a_new_name_arrives(service: Service, truth: Truth) -> None:
    """Who changes the name is shown with it within two seconds, though no score has changed."""
    (one,) = await add_learners(truth, 1)
    await earn(service, one)
    async with service.client(one) as client, watching(client) as stream:
        before = await stream.next()
        await client.patch("/users/me/profile", json={"full_name": "Siti"})
        event = await stream.next(seconds=PROMISED_SECONDS)
        assert event.data["leaderboard"]["data"]["top_users"][0]["name"] == "Siti"
        assert (event.version or 0) > (before.version or 0)


async def test_many_changes_are_few_events(service: Service, truth: Truth) -> None:
    """However fast the board changes, a viewer gets four states a second at most, and the last one in time."""
    ids = await add_learners(truth, 60)
    async with service.client() as anybody, watching(anybody) as stream:
        await stream.next()
        began = time.monotonic()
        for start in range(0, len(ids), 4):
            await asyncio.gather(*(earn(service, user) for user in ids[start : start + 4]))
        took = time.monotonic() - began
        await until(lambda: _shows(stream.states()[-1].rows, 50), seconds=PROMISED_SECONDS)
        assert stream.count() <= 2 + 4 * (took + PROMISED_SECONDS)
        assert stream.count() < len(ids) / 2
        versions = [event.version or 0 for event in stream.states()]
        assert versions == sorted(set(versions))


async def _shows(rows: list[tuple[int, int]], count: int) -> bool:
    return len(rows) == count


async def test_who_has_the_present_state_waits_for_the_next(service: Service, truth: Truth, tmp_path: Path) -> None:
    """`Last-Event-ID` of the present state brings nothing until it changes, in any process; an older one brings it at once."""
    one, other = await add_learners(truth, 2)
    await earn(service, one)
    await settle(service, one)
    async with service.client(one) as client:
        async with watching(client) as stream:
            first = await stream.next()
        with serve(service.stores, tmp_path / "second") as second:
            for process in (service, second):
                async with process.client(one) as again, watching(again, last=first.version) as stream:
                    await asyncio.sleep(1.5)
                    assert stream.count() == 0
            async with second.client(one) as again, watching(again, last=first.version) as stream:
                await earn(service, other)
                event = await stream.next(seconds=PROMISED_SECONDS)
                assert (event.version or 0) > (first.version or 0)
        async with watching(client, last=first.version) as stream:
            assert (await stream.next()).rows == event.rows


async def test_who_joins_while_the_board_is_read_is_shown_the_own_rank(
    service: Service, truth: Truth, cache: Redis
) -> None:
    """Everybody's first event has the own XP, also of who joins while a slow Redis is asked for the others' ranks."""
    ids = await add_learners(truth, 24)
    for user in ids:
        await earn(service, user)

    async def slow_changes() -> None:
        for user in ids[:4]:
            await earn(service, user, "puk_u1_l2")
            await cache.client_pause(70, all=True)  # less than a request waits for Redis
            await asyncio.sleep(0.25)

    async def join(user: int, delay: float) -> None:
        await asyncio.sleep(delay)
        async with service.client(user) as client, watching(client) as stream:
            assert (await stream.next()).mine[1] == 10
            await changing

    changing = asyncio.create_task(slow_changes())
    await asyncio.gather(*(join(user, number / 20) for number, user in enumerate(ids[4:])))


async def test_heartbeats_come(service: Service) -> None:
    """A comment comes at the heartbeat's interval, and it is 15 seconds unless somebody else is chosen."""
    streams = service.services.streams
    assert streams.heartbeat_seconds == 15
    streams.heartbeat_seconds = 0.2
    async with service.client() as anybody, watching(anybody) as stream:
        for _ in range(3):
            await stream.next(HEARTBEAT)


async def test_a_lost_subscription_costs_a_second(service: Service, truth: Truth, cache: Redis) -> None:
    """Changes arrive within two seconds though Redis has just cut off everybody who listens."""
    one, other = await add_learners(truth, 2)
    async with service.client() as anybody, watching(anybody) as stream:
        await stream.next()
        await cache.client_kill_filter(_type="pubsub")
        await earn(service, one)
        assert (await stream.next(seconds=PROMISED_SECONDS)).rows == [(one, 10)]
        await earn(service, other)
        assert len((await stream.next(seconds=PROMISED_SECONDS)).rows) == 2


async def test_nobody_listens_when_nobody_looks(service: Service, cache: Redis) -> None:
    """One subscription for a process however many look, and none when they are gone."""

    async def subscriptions() -> int:
        return int(dict(await cache.pubsub_numsub("{leaderboard:training}:changes"))["{leaderboard:training}:changes"])

    async with service.client() as anybody, watching(anybody) as first, watching(anybody) as second:
        await first.next()
        await second.next()
        await until(lambda: _is(subscriptions, 1), seconds=2)
    await until(lambda: _is(subscriptions, 0), seconds=3)


async def _is(count: Callable[[], Awaitable[int]], expected: int) -> bool:
    return bool(await count() == expected)
