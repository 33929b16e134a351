"""Redis and PostgreSQL rank alike: the same order, the same ranks, ties and all."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.metrics import Metrics
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.models import MAX_NEIGHBOURS, Standing, View
from scout_os.leaderboard.read.from_postgres import PostgresReader
from scout_os.leaderboard.read.from_redis import RedisReader
from scout_os.leaderboard.read.profiles import Profiles
from scout_os.leaderboard.redis.redis_board import BOARD, RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.sync.rebuild import Rebuilder
from scout_os.leaderboard.trust import Trust
from tests.learners import make_admin
from tests.service import Service, Truth, add_learners, board_until_redis, serve

LEARNERS = 2000
SAMPLE = 60


async def give_totals(truth: Truth, seed: int) -> dict[int, int]:
    """2,000 learners with XP in steps of 5, so that far more than 30 % share theirs; some have none, some are hidden."""
    pick = random.Random(seed)
    ids = await add_learners(truth, LEARNERS)
    totals = {learner: pick.randrange(0, 400) * 5 for learner in ids}
    await truth.executemany("UPDATE users SET total_xp = $2 WHERE id = $1", list(totals.items()))
    await truth.execute("UPDATE users SET is_suspended = true WHERE id % 97 = 0")
    shown = {learner: total for learner, total in totals.items() if total and learner % 97}
    tied = len(shown) - sum(list(shown.values()).count(total) == 1 for total in set(shown.values()))
    assert tied >= 0.3 * len(shown)
    return shown


@pytest.mark.parametrize("seed", [1, 2])
async def test_both_engines_give_the_same_order_and_ranks_for_2000_learners(
    database: Database, owner: Truth, redis: Redis, seed: int
) -> None:
    """The whole list and every learner's rank are equal from Redis, from PostgreSQL and by definition."""
    shown = await give_totals(owner, seed)
    trust = Trust()
    board, repository = RedisBoard(redis, Breaker(), trust), BoardRepository(database)
    reader = PostgresReader(repository=repository, profiles=Profiles(repository=repository, board=board), trust=trust)
    assert await Rebuilder(database=database, board=board, metrics=Metrics()).rebuild() == len(shown)

    sample = dict(random.Random(seed).sample(sorted(shown.items()), SAMPLE))
    by_redis = await board.look(sample, rows=LEARNERS)
    assert by_redis is not None
    assert by_redis.scores == await repository.read_page(LEARNERS)
    expected = sorted(shown.items(), key=lambda item: (item[1], str(item[0]).encode()), reverse=True)
    assert [(score.user_id, score.xp) for score in by_redis.scores] == expected
    for learner, total in sample.items():
        standing = Standing(1 + sum(other > total for other in shown.values()), total)
        assert by_redis.standings[learner] == standing
        assert (await reader.read([learner], rows=False)).standings == {learner: standing}


class NoDrain:
    """For a reader whose board is right."""

    def wake(self) -> None:
        raise AssertionError("something was wrong with the board")


@pytest.mark.parametrize("seed", [1, 2])
async def test_both_engines_give_everybody_the_same_neighbours(
    database: Database, owner: Truth, redis: Redis, seed: int
) -> None:
    """First, last, tied and any learner: the same rows around them from Redis, from PostgreSQL and by definition."""
    shown = await give_totals(owner, seed)
    trust = Trust()
    trust.drain_succeeds = True
    trust.postgres_answered()
    board, repository = RedisBoard(redis, Breaker(), trust), BoardRepository(database)
    profiles = Profiles(repository=repository, board=board)
    by_redis = RedisReader(board=board, profiles=profiles, trust=trust, drain=NoDrain())
    by_postgres = PostgresReader(repository=repository, profiles=profiles, trust=trust)
    await Rebuilder(database=database, board=board, metrics=Metrics()).rebuild()

    order = sorted(shown, key=lambda learner: (shown[learner], str(learner).encode()), reverse=True)
    ends = [*order[:7], *order[-7:]]
    asked = [*ends, *random.Random(seed).sample(order, SAMPLE)]
    unseen = [learner for learner in range(1, LEARNERS) if learner not in shown][:20]
    for reader in (by_redis.look_around, by_postgres.read_around):
        for ids in (asked + unseen, asked + unseen, asked[3:4], unseen[:1]):  # the second time Redis sends no rows
            view = await reader(ids)
            assert isinstance(view, View)
            assert view.around.keys() == view.standings.keys() == set(ids) & shown.keys()
            for learner, rows in view.around.items():
                place = order.index(learner)
                expected = order[max(0, place - MAX_NEIGHBOURS) : place + MAX_NEIGHBOURS + 1]
                assert [row.score.user_id for row in rows] == expected
                for row in rows:
                    total = shown[row.score.user_id]
                    assert (row.score.xp, row.rank) == (total, 1 + sum(other > total for other in shown.values()))
                    assert row.profile.name == f"Learner {row.score.user_id}"
                assert view.standings[learner] == Standing(
                    1 + sum(other > shown[learner] for other in shown.values()), shown[learner]
                )


async def test_the_api_answers_alike_with_and_without_redis(
    service: Service, packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """The same page, ranks and own rank over HTTP, whichever engine answers."""
    shown = await give_totals(truth, 3)
    async with service.client(await make_admin(truth)) as client:
        assert (await client.post("/leaderboard/rebuild")).json()["data"]["users_count"] == len(shown)
    assert await cache.zcard(BOARD) == len(shown)
    nowhere = replace(packed_stores, redis_url="redis://127.0.0.1:1/0")
    with serve(nowhere, tmp_path) as without_redis:
        for learner in random.Random(3).sample(sorted(shown), 20):
            async with service.client(learner) as client:
                by_redis = (await board_until_redis(client))[-1]
            async with without_redis.client(learner) as client:
                by_postgres = (await client.get("/leaderboard?limit=100")).json()["data"]
            assert by_postgres["meta"]["source"] == "postgres"
            assert by_redis["top_users"] == by_postgres["top_users"]
            assert by_redis["my_rank"] == by_postgres["my_rank"]
            around = "/leaderboard/me?neighbours=3"
            async with service.client(learner) as client:
                near_by_redis = (await board_until_redis(client, around))[-1]
            async with without_redis.client(learner) as client:
                near_by_postgres = (await client.get(around)).json()["data"]
            assert near_by_postgres["meta"]["source"] == "postgres"
            assert near_by_redis["my_rank"] == near_by_postgres["my_rank"] == by_redis["my_rank"]
            assert near_by_redis["neighbours"] == near_by_postgres["neighbours"]
