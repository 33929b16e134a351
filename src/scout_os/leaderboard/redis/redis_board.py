"""The board in Redis: all of its keys and scripts, and nothing else.

Each method raises `BoardAway` when Redis fails, is slow or refuses; the caller goes on without it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from importlib.resources import files
from typing import Any, Literal
from uuid import uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from scout_os.core.breaker import Breaker
from scout_os.core.http import INT64_MAX
from scout_os.leaderboard.models import Comparison, Look, Page, Register, Score, Standing

BOARD = "leaderboard:training"
ERAS = "{leaderboard:training}:era"
META = "{leaderboard:training}:meta"
BUILD = "{leaderboard:training}:build"
BUILD_ERAS = "{leaderboard:training}:build:era"
BUILD_META = "{leaderboard:training}:build:meta"
LIVE_KEYS = (BOARD, ERAS, META)
BUILD_KEYS = (BUILD, BUILD_ERAS, BUILD_META)

SCHEMA = "1"
"""Raised when the meaning of these keys changes. A release that finds a higher one leaves the board alone."""
REQUEST_SECONDS = 0.1
"""What a request waits for Redis at most."""
WORK_SECONDS = 2.0
"""What the outbox relay waits for a script over a few thousand learners."""
BUILD_TTL_SECONDS = 60
"""A build set whose builder died goes away by itself."""

_USER_ID = re.compile("[1-9][0-9]{0,18}")

DrainOutcome = Literal["merged", "absent", "newer"]
_DRAIN_OUTCOMES: dict[int, DrainOutcome] = {1: "merged", 0: "absent", -1: "newer"}


class BoardAway(Exception):
    """Redis did not do what was asked of it, or not in time."""


class RedisBoard:
    """The ranking engine: a sorted set that is complete, or counts as absent."""

    def __init__(self, redis: Redis, breaker: Breaker) -> None:
        self.breaker = breaker
        self._redis = redis
        self._newest = 0
        merge = _lua("merge")
        self._look = redis.register_script(_lua("look"))
        self._fast = redis.register_script(merge + _lua("fast"))
        self._drain = redis.register_script(merge + _lua("drain"))
        self._build_begin = redis.register_script(_lua("build_begin"))
        self._build_chunk = redis.register_script(merge + _lua("build_chunk"))
        self._swap = redis.register_script(merge + _lua("swap"))
        self._audit = redis.register_script(merge + _lua("audit"))
        self._audit_scan = redis.register_script(_lua("audit_scan"))

    async def read(self, limit: int, user_id: int | None) -> Page | None:
        """The first `limit` scores and the standing of `user_id`, from one instant; None if the board is absent."""
        look = await self.look([] if user_id is None else [user_id], rows=limit)
        if look is None:
            return None
        return Page(look.scores or [], None if user_id is None else look.standings.get(user_id))

    async def look(self, user_ids: Collection[int], *, rows: int, known: str = "") -> Look | None:
        """The first `rows` scores, unless their digest is the `known` one, and the standings of `user_ids`.

        All from one instant; None if the board is absent.
        """
        newest = self._newest  # before the call: a write that overtakes the answer does not make it old
        args: list[str | int] = [SCHEMA, rows, known, " ".join(map(str, user_ids))]
        try:
            reply = await self._ask(lambda: self._look(keys=LIVE_KEYS, args=args))
        except _WrongType:
            return None  # somebody wrote another type there: as good as gone
        if reply is None:
            return None
        at, changes, profiles, digest, flat, standings = reply
        if int(at) < newest:
            return None  # an older state than this process has seen: Redis went back in time
        self._newest = max(self._newest, int(at))
        try:
            return Look(
                changes=int(changes),
                digest=digest,
                scores=None if digest == known else _scores(flat),
                standings={
                    user_id: Standing(int(rank), _whole(score))
                    for user_id, score, rank in zip(user_ids, standings[::2], standings[1::2], strict=True)
                    if score
                },
                profiles=profiles,
            )
        except ValueError:
            return None  # a member that is no user id, or a score that is no XP: not our board

    async def mark_profiles(self) -> None:
        """Let all readers know that a name or a picture has changed."""
        await self._ask(lambda: self._redis.hset(META, "faces", uuid4().hex))

    async def merge(self, identity: str, registers: Sequence[Register]) -> bool:
        """The fast path. True if the board took the registers; False if it is absent, of another history, or set back."""
        args: list[str | int] = [identity, self._newest, *_threes(registers)]
        try:
            at = await self._ask(lambda: self._fast(keys=[*LIVE_KEYS, *BUILD_KEYS], args=args))
        except _WrongType:
            return False
        self._newest = max(self._newest, int(at or 0))
        return at is not None

    async def drain(
        self, *, identity: str, link: str, next_link: str | None, registers: Sequence[Register]
    ) -> DrainOutcome:
        """Merge the present truth and take the chain to `next_link`; with None, only see whether the board is right."""
        args: list[str | int] = [SCHEMA, identity, link, next_link or "", *_threes(registers)]
        try:
            reply = await self._work(lambda: self._drain(keys=[*LIVE_KEYS, *BUILD_KEYS], args=args))
        except _WrongType:
            return "absent"
        outcome = _DRAIN_OUTCOMES[int(reply[0])]
        if outcome == "merged":
            self._newest = int(reply[1])  # PostgreSQL itself vouches for this state, even if Redis' clock went back
        return outcome

    async def begin_build(self, *, token: str, identity: str, link: str) -> bool:
        """Put an empty build set and its token into Redis; False if the board belongs to a newer release."""
        args: list[str | int] = [token, SCHEMA, identity, link, BUILD_TTL_SECONDS]
        try:
            return bool(await self._work(lambda: self._build_begin(keys=[*BUILD_KEYS, META], args=args)))
        except _WrongType:  # the meta itself is something else: nobody's board
            await self._work(lambda: self._redis.delete(META))
            return bool(await self._work(lambda: self._build_begin(keys=[*BUILD_KEYS, META], args=args)))

    async def add_chunk(self, *, token: str, number: int, total: int, registers: Sequence[Register]) -> bool:
        """Merge chunk `number` (0-based) into the build set; False if the build is no longer ours or complete.

        `total` is how many learners there will be in all, for those who watch.
        """
        # One string: to send thousands of arguments costs more than to take them apart over there.
        chunk = " ".join(
            f"{place.user_id} {place.era} {'-' if place.total_xp is None else place.total_xp}" for place in registers
        )
        args: list[str | int] = [token, number, BUILD_TTL_SECONDS, total, chunk]
        try:
            return bool(await self._work(lambda: self._build_chunk(keys=BUILD_KEYS, args=args)))
        except _WrongType:
            return False

    async def swap(self, *, token: str, chunks: int, identity: str, link: str, next_link: str) -> int | None:
        """Put the finished build in the board's place; the number of members, or None if it may not be."""
        args: list[str | int] = [token, chunks, identity, link, next_link]
        try:
            members = int(await self._work(lambda: self._swap(keys=[*LIVE_KEYS, *BUILD_KEYS], args=args)))
        except _WrongType:
            return None
        return members if members >= 0 else None

    async def eviction_policy(self) -> str | None:
        """What Redis does when its memory is full; None if it does not tell."""
        told: dict[str, str] = await self._work(lambda: self._redis.config_get("maxmemory-policy"))
        return told.get("maxmemory-policy")

    async def read_progress(self) -> tuple[int, int] | None:
        """Learners done and in all of the rebuild under way, wherever it runs; None if there is none."""
        done, total = await self._work(lambda: self._redis.hmget(BUILD_META, ["done", "total"]))
        return None if done is None else (int(done), int(total or 0))

    async def count_members(self) -> int | None:
        """How many learners the board holds; None if it is absent."""
        try:
            reply = await self._work(lambda: self._look(keys=LIVE_KEYS, args=[SCHEMA, 0, "", ""]))
            return None if reply is None else int(await self._work(lambda: self._redis.zcard(BOARD)))
        except _WrongType:
            return None

    async def compare(self, *, identity: str, link: str, places: str) -> Comparison | None:
        """Compare `places` ("id total id total ...", '-' = not on the board); None if the board is absent or older."""
        try:
            reply = await self._work(lambda: self._audit(keys=LIVE_KEYS, args=[SCHEMA, identity, link, places]))
        except _WrongType:
            return None
        if reply is None:
            return None
        members, found, flat = reply
        differing = {int(member): score or None for member, score in zip(flat[::2], flat[1::2], strict=True)}
        return Comparison(int(members), int(found), differing)

    async def scan(self, cursor: str, count: int) -> tuple[str, dict[int, str], list[tuple[str, str]]]:
        """About `count` members from `cursor` on ("0": from the start, and after the last).

        The next cursor, user id → score, and (member made printable, score) of members that cannot be user ids.
        """
        try:
            reply = await self._work(lambda: self._audit_scan(keys=[BOARD], args=[cursor, count]))
        except _WrongType:
            return "0", {}, []  # as good as gone, which is not for the audit to say
        following, plain, odd = reply
        ids = {int(member): score for member, score in zip(plain[::2], plain[1::2], strict=True)}
        return str(following), ids, list(zip(odd[::2], odd[1::2], strict=True))

    async def _ask(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """On behalf of a request: never while the breaker is open, never for long."""
        if not self.breaker.allow():
            raise BoardAway("Redis is being left alone")
        return await self._call(call, REQUEST_SECONDS)

    async def _work(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """On behalf of the relay, which paces itself; what it learns of Redis' health counts for all."""
        return await self._call(call, WORK_SECONDS)

    async def _call(self, call: Callable[[], Awaitable[Any]], seconds: float) -> Any:
        try:
            async with asyncio.timeout(seconds):
                reply = await call()
        except ResponseError as error:
            if "WRONGTYPE" in str(error):
                self.breaker.succeeded()  # Redis is well; what it holds is not
                raise _WrongType from error
            self.breaker.failed()
            raise BoardAway(str(error)) from error
        except UnicodeDecodeError as error:
            self.breaker.succeeded()
            raise _WrongType from error  # a member that is no text, so nobody's id
        # RuntimeError: uvloop's word for a write to a connection that was reset a moment ago.
        except (RedisError, OSError, TimeoutError, RuntimeError) as error:
            self.breaker.failed()
            if self.breaker.state == "open":
                await self._give_up_idle()
            raise BoardAway(f"{type(error).__name__}: {error}") from error
        self.breaker.succeeded()
        return reply

    async def _give_up_idle(self) -> None:
        """Close the idle connections: if they died unseen, each of them would cost a later call its answer."""
        with suppress(RedisError, OSError):
            await self._redis.connection_pool.disconnect(inuse_connections=False)


class _WrongType(Exception):
    """A key holds something else than a board."""


def _lua(name: str) -> str:
    return files("scout_os.leaderboard.redis").joinpath("lua", f"{name}.lua").read_text()


def _threes(registers: Iterable[Register]) -> list[str | int]:
    """Totals travel as strings and stay strings in Lua, whose own numbers print as 9.007e15."""
    flat: list[str | int] = []
    for register in registers:
        flat += (register.user_id, register.era, "" if register.total_xp is None else str(register.total_xp))
    return flat


def _scores(flat: Sequence[str]) -> list[Score]:
    """Members and scores by turns, as values; raises `ValueError` for what is no user id or no XP."""
    return [Score(_user_id(member), _whole(xp)) for member, xp in zip(flat[::2], flat[1::2], strict=True)]


def _user_id(member: str) -> int:
    """The user id that a member is, written as we write it; raises `ValueError` for anything else."""
    if not _USER_ID.fullmatch(member) or int(member) > INT64_MAX:
        raise ValueError("not a user id")
    return int(member)


def _whole(score: str) -> int:
    """XP as Redis prints it: a double's whole number, plainly. Raises `ValueError` for what no total can be."""
    xp = int(score)
    if not 0 < xp < 2**53:
        raise ValueError("not XP")
    return xp
