"""Every kind of error reply of Redis to every script of the board is a failure of the cache, and nothing more."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
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
from tests.logs import captured
from tests.service import Service, Truth, add_learners, attempt, serve, token, until

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

    async def play(self, error: str, learner: int) -> list[str]:
        """What is wrong with the cell of `error`; `learner` has earned nothing yet."""
        refusals = self.stage.refusals
        refused, told = refusals.refused, self.breaker.told
        refusals.errors, refusals.scripts = (error,), digests(SCRIPTS[self.command])
        refusals.probability = 1.0

        async def counted() -> bool:
            return refusals.refused > refused and self.breaker.told > told

        found: list[str] = []
        watch = asyncio.create_task(self._watch(len((await read_truth(self.truth)).places), found))
        try:
            if self.command in BUILDING:
                await self.cache.delete(META)
            if self.command == "audit":
                await self._audit()
            found += await self.ask(learner)
            await until(counted, seconds=HEAL_SECONDS)
        finally:
            self.stage.calm()
        if await heal_seconds(self.truth, self.cache, HEAL_SECONDS) is None:
            found.append(f"not healed within {HEAL_SECONDS} s")
        watch.cancel()
        found += [str(wrong) for wrong in await check_api(self.truth, self.service.url, {learner: token(learner)})]
        return found

    async def _watch(self, present: int, found: list[str]) -> None:
        """A reader while a board is built: answered in full each time, and reason to try again soon."""
        async with self.service.client() as client:
            while self.command in BUILDING:
                page = await client.get("/leaderboard?limit=100")
                if page.status_code != 200 or len(page.json()["data"]["top_users"]) < present:
                    found.append(f"watched page: {page.status_code} {page.text}")
                await asyncio.sleep(0.1)

    async def ask(self, learner: int) -> list[str]:
        """What is wrong with a submission and with the learner's page after it."""
        async with self.service.client(learner) as client:
            paid = await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))
            if paid.status_code != 200 or not paid.json()["xp_earned"]:
                return [f"submit: {paid.status_code} {paid.text}"]
            page = await client.get("/leaderboard?limit=100")
        if page.status_code != 200:
            return [f"page: {page.status_code} {page.text}"]
        places = (await read_truth(self.truth)).places
        data = page.json()["data"]
        shown = [(row["id"], row["xp"], row["rank"]) for row in data["top_users"]]
        right = [(place.user, place.total, place.rank) for place in places]
        mine = next({"rank": place.rank, "xp": place.total} for place in places if place.user == learner)
        return [] if (shown, data["my_rank"]) == (right, mine) else [f"page: {data}, not {right}"]

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
        assert await row.ask(first) == []  # so that there is somebody to build a board of
        assert await heal_seconds(truth, cache, HEAL_SECONDS) is not None
        cells = {error: await row.play(error, learner) for error, learner in zip(REDIS_ERRORS, learners, strict=True)}
    assert cells == {error: [] for error in REDIS_ERRORS}
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
