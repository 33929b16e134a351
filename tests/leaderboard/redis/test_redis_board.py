"""The board's registers, completeness and build set."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from chaos.target.stage import staged
from chaos.target.valkey import own_valkey
from scout_os.core.breaker import Breaker
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.models import Register, Score, Standing
from scout_os.leaderboard.redis import redis_board
from scout_os.leaderboard.redis.redis_board import (
    ALL_KEYS,
    BOARD,
    BUILD,
    BUILD_KEYS,
    ERAS,
    LIVE_KEYS,
    META,
    BoardAway,
    RedisBoard,
)
from scout_os.leaderboard.trust import Trust
from tests.leaderboard.redis.building import IDENTITY, build, shown, written
from tests.leaderboard.redis.corrupting import corruptions
from tests.service import until


async def dumped(stores: StoreUrls) -> dict[str, bytes]:
    """The board's keys as they are now."""
    async with Redis.from_url(stores.redis_url) as raw:
        return {key: dump for key in LIVE_KEYS if (dump := await raw.dump(key)) is not None}


async def restore(stores: StoreUrls, dumps: dict[str, bytes]) -> None:
    """Set the board back to what it was then."""
    async with Redis.from_url(stores.redis_url) as raw:
        await raw.delete(*LIVE_KEYS)
        for key, dump in dumps.items():
            await raw.restore(key, 0, dump)


@pytest.mark.parametrize("seed", range(20))
async def test_order_repetition_and_delay_of_writes_do_not_matter(board: RedisBoard, redis: Redis, seed: int) -> None:
    """Any shuffle of a learner's changes, some sent twice, ends in the last one of the highest era."""
    pick = random.Random(seed)
    changes: list[Register] = []
    era = total = 0
    for _ in range(12):
        if pick.random() < 0.3:
            era += 1
            total = pick.choice([0, total // 2])
        else:
            total += 10
        changes.append(Register(7, era, total or None))
    truth = changes[-1].total_xp
    await build(board, [Register(1, 0, 5)])
    sent = [*changes, *pick.sample(changes, 4)]
    pick.shuffle(sent)
    for change in sent:
        assert await board.merge(IDENTITY, [change])
    expected = [("7", float(truth))] if truth else []
    found = [row for row in await redis.zrange(BOARD, 0, -1, withscores=True) if row[0] == "7"]
    assert found == expected


@pytest.mark.parametrize("seed", range(5))
async def test_many_changes_in_one_call_count_as_if_each_came_alone(board: RedisBoard, redis: Redis, seed: int) -> None:
    """Thousands at once, with some learners several times and in several eras, leave what one after the other would."""
    pick = random.Random(seed)
    changes = [
        Register(pick.randrange(1, 1500), pick.choice([0, 0, 0, 0, 1, 2]), pick.choice([None, 5, 10, 15]))
        for _ in range(4000)
    ]
    eras: dict[str, str] = {}
    scores: dict[str, float] = {}
    for change in changes:
        member, total = str(change.user_id), change.total_xp
        if change.era > int(eras.get(member, "0")):
            eras[member] = str(change.era)
            scores.pop(member, None)
        if change.era == int(eras.get(member, "0")) and total is not None:
            scores[member] = max(total, scores.get(member, 0))
    await build(board, [Register(1, 0, 5)])
    scores["1"] = max(scores.get("1", 0), 0 if "1" in eras else 5)
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=changes) == "merged"
    rows: list[Any] = await redis.zrange(BOARD, 0, -1, withscores=True)
    found = {row[0]: row[1] for row in rows}
    assert found == {member: score for member, score in scores.items() if score}
    assert await redis.hgetall(ERAS) == eras
    assert await board.count_members() == sum(1 for score in scores.values() if score)


async def test_no_call_is_too_long(board: RedisBoard) -> None:
    """As many learners as anybody sends at once, several times over."""
    learners = range(1, 9001)
    assert await build(board, [Register(learner, learner % 2, 5) for learner in learners]) == 9000
    raised = [Register(learner, learner % 2, 7) for learner in learners]
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=raised) == "merged"
    found = await board.look(learners, rows=0)
    assert found is not None
    assert found.standings == dict.fromkeys(learners, Standing(1, 7))


async def test_a_board_that_lost_anything_is_absent_and_takes_no_writes(board: RedisBoard, redis: Redis) -> None:
    """Missing meta, a missing or extra member, a missing era, another type: no answer, and the fast path leaves it alone."""
    registers = [Register(1, 0, 5), Register(2, 1, 10)]
    breakages: dict[str, Callable[[], Awaitable[Any]]] = {
        "meta": lambda: redis.delete(META),
        "board": lambda: redis.delete(BOARD),
        "member": lambda: redis.zrem(BOARD, "1"),
        "unknown member": lambda: redis.zadd(BOARD, {"99": 1}),
        "era": lambda: redis.delete(ERAS),
        "type": lambda: redis.set(BOARD, "not a sorted set"),
        "schema": lambda: redis.hset(META, "schema", "0"),
    }
    for breakage in breakages.values():
        assert await build(board, registers) == 2
        assert await shown(board, 1) == ([Score(2, 10), Score(1, 5)], {1: Standing(2, 5)})
        await breakage()
        assert await shown(board, 1) is None
        if breakage is not breakages["schema"]:
            assert not await board.merge(IDENTITY, [Register(3, 0, 50)])
        outcome = await board.drain(identity=IDENTITY, link="b", next_link=None, registers=[])
        assert outcome == "absent"


async def test_an_empty_board_is_complete_and_not_absent(board: RedisBoard) -> None:
    """Nobody with XP is a board of none."""
    assert await build(board, []) == 0
    assert await shown(board, 1) == ([], {})


async def test_only_the_chain_of_links_and_the_right_history_are_followed(board: RedisBoard) -> None:
    """A drain needs PostgreSQL's link to be ours or the one before; another link or another identity: absent."""
    await build(board, [Register(1, 0, 5)])
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=[Register(1, 0, 9)]) == "merged"
    assert await board.drain(identity=IDENTITY, link="b", next_link="d", registers=[]) == "merged", (
        "not committed: again"
    )
    assert await board.drain(identity=IDENTITY, link="b", next_link=None, registers=[]) == "merged"
    assert not await board.merge("1:00000002:1", [Register(1, 0, 99)]), "an award of a history that is gone"
    assert await board.drain(identity=IDENTITY, link="c", next_link="e", registers=[]) == "absent"
    await build(board, [Register(1, 0, 5)])
    assert await board.drain(identity="1:00000002:1", link="b", next_link="c", registers=[]) == "absent"


async def test_a_newer_releases_board_is_left_alone(board: RedisBoard, redis: Redis) -> None:
    """A higher schema version: nothing is read, drained, built or deleted."""
    await build(board, [Register(1, 0, 5)])
    await redis.hset(META, "schema", "2")
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=[Register(1, 0, 9)]) == "newer"
    assert not await board.begin_build(token="x", identity=IDENTITY, link="b")
    assert await shown(board) is None
    assert await redis.hget(META, "link") == "b"
    assert await redis.zcard(BOARD) == 1


async def test_a_builder_that_lost_its_token_can_do_no_harm(board: RedisBoard, redis: Redis) -> None:
    """A second builder takes over: the first one's chunks and swap are refused, and the board stays as it was."""
    await build(board, [Register(1, 0, 5)])
    await board.begin_build(token="old", identity=IDENTITY, link="b")
    assert await board.add_chunk(token="old", number=0, total=2, registers=written(Register(1, 0, 5)))
    await board.begin_build(token="new", identity=IDENTITY, link="b")
    assert not await board.add_chunk(token="old", number=1, total=2, registers=written(Register(2, 0, 5)))
    assert await board.swap(token="old", chunks=1, identity=IDENTITY, link="b", next_link="c") is None
    assert not await board.add_chunk(token="new", number=1, total=1, registers=[]), "a chunk out of turn"
    assert await redis.zrange(BOARD, 0, -1) == ["1"]


async def test_what_is_written_during_a_rebuild_is_in_the_new_board(board: RedisBoard) -> None:
    """Fast path and drain fill the build set too, in either order with the snapshot's own chunk."""
    await build(board, [Register(1, 0, 5)])
    await board.begin_build(token="t2", identity=IDENTITY, link="b")
    await board.merge(IDENTITY, [Register(1, 0, 25)])
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=[Register(2, 1, None)]) == "merged"
    snapshot = [Register(1, 0, 5), Register(2, 0, 40)]
    assert await board.add_chunk(token="t2", number=0, total=2, registers=written(*snapshot))
    assert await board.swap(token="t2", chunks=1, identity=IDENTITY, link="c", next_link="d") == 1
    assert await shown(board) == ([Score(1, 25)], {})


async def test_a_dead_builders_set_expires_and_the_board_never_does(board: RedisBoard, redis: Redis) -> None:
    """Each key of a build set has a time to live, whoever wrote it first; no key of the board has one."""
    await build(board, [Register(1, 1, 5)])
    await board.begin_build(token="t2", identity=IDENTITY, link="b")
    await board.merge(IDENTITY, [Register(1, 2, 25)])
    assert all([0 < await redis.ttl(key) <= 60 for key in BUILD_KEYS])
    assert await redis.exists(BUILD)
    assert [await redis.ttl(key) for key in LIVE_KEYS] == [-1, -1, -1]


async def test_totals_up_to_2_to_the_53_stay_exact(board: RedisBoard) -> None:
    """The largest XP there can be, and its neighbour, are told apart and ranked."""
    top = 2**53 - 1
    await build(board, [Register(1, 0, top), Register(2, 0, top - 1)])
    assert await shown(board, 2) == ([Score(1, top), Score(2, top - 1)], {2: Standing(2, top - 1)})


async def test_a_board_older_than_this_process_has_seen_is_absent_until_postgres_vouches_for_it(
    board: RedisBoard, redis: Redis, stores: StoreUrls
) -> None:
    """A Redis set back in time is noticed by the next read; a drain that finds it right makes it believed again."""
    await build(board, [Register(1, 0, 5)])
    before = await dumped(stores)
    await asyncio.sleep(0.005)  # the clock of the board counts milliseconds
    assert await board.merge(IDENTITY, [Register(1, 0, 25)])
    await restore(stores, before)
    assert await shown(board) is None
    assert await board.drain(identity=IDENTITY, link="b", next_link=None, registers=[]) == "merged"
    assert await shown(board) == ([Score(1, 5)], {})


async def test_a_board_set_back_does_not_become_new_by_the_next_write(
    board: RedisBoard, redis: Redis, stores: StoreUrls
) -> None:
    """An older board takes no change from who has seen a newer one, or all others would believe it again."""
    reader = RedisBoard(redis, Breaker(), Trust())
    await build(board, [Register(1, 0, 5)])
    before = await dumped(stores)
    await asyncio.sleep(0.005)  # the clock of the board counts milliseconds
    assert await board.merge(IDENTITY, [Register(1, 0, 25)])
    assert await shown(reader) is not None
    await restore(stores, before)
    assert not await board.merge(IDENTITY, [Register(2, 0, 10)])
    assert await shown(reader) is None


@pytest.mark.parametrize("member", ["9" * 30, "9223372036854775808", "1_0", "٣", "0", "-1", "01", " 1"])
async def test_a_member_that_is_no_user_id_makes_the_page_absent(board: RedisBoard, redis: Redis, member: str) -> None:
    """What another client puts in a learner's place is never served, nor does it fail a request."""
    await build(board, [Register(1, 0, 5), Register(2, 0, 10)])
    await redis.zrem(BOARD, "1")
    await redis.zadd(BOARD, {member: 7})
    assert await shown(board, 2) is None


@pytest.mark.parametrize("score", [-5.0, 0.0, 1.5, float("inf"), 2.0**53])
async def test_a_score_that_no_total_can_be_makes_the_page_absent(
    board: RedisBoard, redis: Redis, score: float
) -> None:
    """A negative, broken, endless or too large score is never shown."""
    await build(board, [Register(1, 0, 5), Register(2, 0, 10)])
    await redis.zadd(BOARD, {"1": score})
    assert await shown(board, 2) is None


async def test_a_board_can_be_built_whatever_is_in_its_place(board: RedisBoard, redis: Redis) -> None:
    """Keys of other types fail no call, and do not keep a finished build from its place."""
    for key in ALL_KEYS:
        await redis.rpush(key, "of another type")
    await board.mark_profiles()
    assert await board.count_members() is None
    assert await board.read_progress() is None
    assert await build(board, [Register(1, 0, 5)]) == 1


CALLS: dict[str, Callable[[RedisBoard], Awaitable[Any]]] = {
    "look": lambda board: board.look([1], rows=10),
    "look_around": lambda board: board.look_around([1, 2]),
    "mark_profiles": lambda board: board.mark_profiles(),
    "merge": lambda board: board.merge(IDENTITY, [Register(1, 1, 9)]),
    "drain": lambda board: board.drain(identity=IDENTITY, link="b", next_link="c", registers=[Register(1, 1, 9)]),
    "begin_build": lambda board: board.begin_build(token="u", identity=IDENTITY, link="b"),
    "add_chunk": lambda board: board.add_chunk(token="t", number=1, total=2, registers=written(Register(1, 1, 9))),
    "swap": lambda board: board.swap(token="t", chunks=1, identity=IDENTITY, link="b", next_link="c"),
    "read_progress": lambda board: board.read_progress(),
    "count_members": lambda board: board.count_members(),
    "compare": lambda board: board.compare(identity=IDENTITY, link="b", places="1 5"),
    "scan": lambda board: board.scan("0", 10),
}


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
async def test_whatever_the_keys_hold_no_error_leaves_and_a_rebuild_heals(
    board: RedisBoard, redis: Redis, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each key in each type, each field broken: at most `BoardAway`, then a board that can be read, or is built again."""
    monkeypatch.setattr(redis_board, "REQUEST_SECONDS", 5.0)  # of thousands of calls on a busy machine, one may be slow
    registers = [Register(1, 1, 5), Register(2, 0, 6)]
    for name, corrupt in corruptions(1).items():
        await redis.flushall()
        await build(board, registers)
        await board.begin_build(token="t", identity=IDENTITY, link="b")
        assert await board.add_chunk(token="t", number=0, total=2, registers=written(*registers))
        await corrupt(redis)
        with suppress(BoardAway):
            await CALLS[call](board)
        link = await repaired_link(board, registers)
        assert await shown(board) is not None, name
        assert await board.drain(identity=IDENTITY, link=link, next_link=None, registers=[]) == "merged", name


async def repaired_link(board: RedisBoard, registers: list[Register]) -> str:
    """Do what the relay does; PostgreSQL's link after it."""
    for link in ("b", "c"):  # the call may have been a drain or a swap
        if await board.drain(identity=IDENTITY, link=link, next_link=None, registers=[]) == "merged":
            return link
    assert await build(board, registers, link="b") == len(registers)
    return "b"


@pytest.mark.slow
async def test_idle_connections_are_given_up_with_redis(
    stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty idle connections to a Redis that restarted unseen: once one call is answered again, thirty at once are."""
    with own_valkey(tmp_path) as valkey, staged(replace(stores, redis_url=valkey.url)) as stage:
        redis = Redis.from_url(stage.fronts.redis_url, decode_responses=True)
        board = RedisBoard(redis, Breaker(), Trust())

        async def answers() -> bool:
            try:
                return await shown(board) is None
            except BoardAway:
                return False

        await asyncio.gather(*(board.count_members() for _ in range(30)))
        stage.redis.toxics.state = "half_open"
        while board.breaker.state == "closed":
            assert not await answers()
        valkey.kill()
        valkey.start()
        stage.calm()
        await until(answers, seconds=5)
        # A dead connection is reset at once; a busy machine may need longer for thirty new ones.
        monkeypatch.setattr(redis_board, "REQUEST_SECONDS", 5.0)
        assert all(await asyncio.gather(*(answers() for _ in range(30))))
        await redis.aclose()
