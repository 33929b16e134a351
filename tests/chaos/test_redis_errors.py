"""Every kind of error reply of Redis to every script of the board is a failure of the cache, and nothing more."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import astuple, dataclass
from hashlib import sha1
from importlib.resources import files
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chaos.check.board import check_api, heal_seconds
from chaos.check.truth import read_truth
from chaos.network.wires import REDIS_ERRORS
from chaos.target.stage import Stage, staged
from scout_os.core.breaker import Breaker
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import META, BoardAway
from tests.learners import board_of_postgres, shown_board, submit
from tests.logs import captured
from tests.service import Service, Truth, add_learners, serve, token, until

HEAL_SECONDS = 5.0
SCRIPTS = {
    "read": "look",
    "merge": "fast",
    "drain": "drain",
    "begin a build": "build_begin",
    "add a chunk": "build_chunk",
    "swap": "swap",
    "audit": "audit",
}
"""What the service asks of Redis, and the script that does it."""
BUILDING = ("begin a build", "add a chunk", "swap")


class Counting(Breaker):
    """A breaker that also counts what it was told."""

    told = 0

    def failed(self) -> None:
        self.told += 1
        super().failed()


@dataclass
class Row:
    """One command's row of the table."""

    command: str
    service: Service
    stage: Stage
    truth: Truth
    cache: Redis
    breaker: Counting

    async def play(self, error: str, learner: int) -> None:
        """The cell of `error`; `learner` has earned nothing yet."""
        refusals = self.stage.refusals
        refused, told = refusals.refused, self.breaker.told
        refusals.errors, refusals.scripts = (error,), digests(SCRIPTS[self.command])
        refusals.probability = 1.0

        async def counted() -> bool:
            return refusals.refused > refused and self.breaker.told > told

        watching = asyncio.create_task(self._watch(len(await board_of_postgres(self.truth))))
        try:
            if self.command in BUILDING:
                await self.cache.delete(META)
            if self.command == "audit":
                await self._audit()
            await self.ask(learner)
            await until(counted, seconds=HEAL_SECONDS)
        finally:
            self.stage.calm()
        await self.heal()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        assert await check_api(self.truth, self.service.url, {learner: token(learner)}) == []

    async def heal(self) -> None:
        assert await heal_seconds(self.truth, self.cache, HEAL_SECONDS) is not None

    async def _watch(self, present: int) -> None:
        """A reader while a board is built: answered in full each time, and reason to try again soon."""
        while self.command in BUILDING:
            assert len(await shown_board(self.service)) >= present
            await asyncio.sleep(0.1)

    async def ask(self, learner: int) -> None:
        """A submission, and the learner's page after it, are right."""
        async with self.service.client(learner) as client:
            assert (await submit(client))["xp_earned"]
            data = (await client.get("/leaderboard?limit=100")).json()["data"]
        places = (await read_truth(self.truth)).places
        assert [(row["id"], row["xp"], row["rank"]) for row in data["top_users"]] == [
            astuple(place) for place in places
        ]
        assert data["my_rank"] in [{"rank": place.rank, "xp": place.total} for place in places if place.user == learner]

    async def _audit(self) -> None:
        """A round now, instead of within half a minute."""
        round_ = self.service.services.audit.step()
        with suppress(BoardAway):
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(round_, self.service.loop))


@pytest.mark.parametrize("command", SCRIPTS)
async def test_an_error_reply_is_a_failure_of_the_cache(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path, command: str
) -> None:
    """Eight kinds of error to each command: it counts as failed, submit and page are 200 and right, the board heals."""
    first, *learners = await add_learners(truth, 1 + len(REDIS_ERRORS))
    with staged(packed_stores) as stage, serve(stage.fronts, tmp_path) as service, captured("scout_os") as logged:
        service.services.board.breaker = breaker = Counting()
        row = Row(command, service, stage, truth, cache, breaker)
        await row.ask(first)  # so that there is somebody to build a board of
        await row.heal()
        for error, learner in zip(REDIS_ERRORS, learners, strict=True):
            try:
                await row.play(error, learner)
            except AssertionError as failure:
                failure.add_note(error)
                raise
    assert [event for event in logged if event["level"] == "error"] == []


async def test_the_error_is_what_a_client_hears(packed_stores: StoreUrls, cache: Redis) -> None:
    """Each of the eight replies reaches the client of a script that is refused, and of no other script."""
    refused, other = "return 'refused'", "return 'other'"
    with staged(packed_stores) as stage:
        client = Redis.from_url(stage.fronts.redis_url, decode_responses=True)
        shas = [await cache.script_load(script) for script in (refused, other)]
        stage.refusals.scripts = frozenset({shas[0].encode()})
        stage.refusals.probability = 1.0
        for error, reply in REDIS_ERRORS.items():
            stage.refusals.errors = (error,)
            with pytest.raises(RedisError) as heard:
                await client.evalsha(shas[0], 0)
            assert str(heard.value).split()[-1] == reply.decode().split()[-1]
            assert await client.evalsha(shas[1], 0) == "other"
        await client.aclose()
    assert stage.refusals.refused == len(REDIS_ERRORS)


def digests(name: str) -> frozenset[bytes]:
    """By which Redis knows a script, whether or not the merge is put in front of it."""
    folder = files("scout_os.leaderboard.redis").joinpath("lua")
    merge, text = (folder.joinpath(f"{part}.lua").read_text() for part in ("merge", name))
    return frozenset(sha1(whole.encode(), usedforsecurity=False).hexdigest().encode() for whole in (text, merge + text))
