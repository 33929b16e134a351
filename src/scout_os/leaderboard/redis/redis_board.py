"""The board in Redis: all of its keys and scripts.

Each method raises `BoardAway` when Redis fails, is slow or refuses.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal
from uuid import uuid4

from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.http import INT64_MAX
from scout_os.core.redis import RedisAway, RedisRefused, call_redis
from scout_os.leaderboard.models import (
    MAX_NEIGHBOURS,
    Comparison,
    Register,
    Score,
    Snapshot,
    Standing,
    Stretch,
    Surroundings,
)
from scout_os.leaderboard.rules import ranks_from
from scout_os.leaderboard.trust import Trust

BOARD = "leaderboard:training"
ERAS = "{leaderboard:training}:era"
META = "{leaderboard:training}:meta"
BUILD = "{leaderboard:training}:build"
BUILD_ERAS = "{leaderboard:training}:build:era"
BUILD_META = "{leaderboard:training}:build:meta"
LIVE_KEYS = (BOARD, ERAS, META)
BUILD_KEYS = (BUILD, BUILD_ERAS, BUILD_META)
ALL_KEYS = (*LIVE_KEYS, *BUILD_KEYS)

SCHEMA = "1"
"""Raised when the meaning of these keys changes. A release that finds a higher one leaves the board alone."""
REQUEST_SECONDS = 0.1
"""How long a request waits for Redis."""
WORK_SECONDS = 2.0
"""How long background work waits for a script over a few thousand learners."""
BUILD_TTL_SECONDS = 60
"""After so long, the build set of a dead builder expires."""

_USER_ID = re.compile("[1-9][0-9]{0,18}")

DrainOutcome = Literal["merged", "absent", "newer"]
_DRAIN_OUTCOMES: dict[int, DrainOutcome] = {1: "merged", 0: "absent", -1: "newer"}


class BoardAway(Exception):
    """Redis failed, refused, or was too slow."""


class RedisBoard:
    """A sorted set that is complete, or counts as absent."""

    def __init__(self, redis: Redis, breaker: Breaker, trust: Trust) -> None:
        self.breaker = breaker
        self._redis = redis
        self._trust = trust
        merge = _lua("merge")
        self._look = redis.register_script(merge + _lua("look"))
        self._around = redis.register_script(merge + _lua("around"))
        self._fast = redis.register_script(merge + _lua("fast"))
        self._drain = redis.register_script(merge + _lua("drain"))
        self._build_begin = redis.register_script(merge + _lua("build_begin"))
        self._build_chunk = redis.register_script(merge + _lua("build_chunk"))
        self._swap = redis.register_script(merge + _lua("swap"))
        self._audit = redis.register_script(merge + _lua("audit"))
        self._audit_scan = redis.register_script(_lua("audit_scan"))

    async def look(self, user_ids: Collection[int], *, rows: int, known: str = "") -> Snapshot | None:
        """The first `rows` scores, unless their digest is the `known` one, and the standings of `user_ids`.

        None if the board is absent: see `Distrust.ABSENT`.
        """
        newest_before = self._trust.newest_state  # a write that overtakes the answer does not make it old
        args: list[str | int] = [SCHEMA, rows, known, " ".join(map(str, user_ids))]
        reply = await self._ask(lambda: self._look(keys=LIVE_KEYS, args=args))
        if reply is None:
            return None
        at, changes, profiles, digest, flat, standings = reply
        if not self._trust.saw_state(int(at), newest_before=newest_before):
            return None
        try:
            return Snapshot(
                changes=int(changes),
                digest=digest,
                scores=None
                if digest == known
                else [Score(_user_id(member), _whole(xp)) for member, xp in _pairs(flat)],
                standings={
                    user_id: Standing(int(rank), _whole(score))
                    for user_id, score, rank in zip(user_ids, standings[::2], standings[1::2], strict=True)
                    if score
                },
                profiles=profiles,
            )
        except ValueError:
            return None

    async def look_around(
        self, user_ids: Collection[int], known: Mapping[int, Stretch] = MappingProxyType({})
    ) -> Surroundings | None:
        """The neighbours of `user_ids`, of whom those that are `known` still travel as their digest alone.

        None if the board is absent: see `Distrust.ABSENT`.
        """
        newest_before = self._trust.newest_state
        asked = " ".join(f"{user_id} {known[user_id].digest if user_id in known else '-'}" for user_id in user_ids)
        reply = await self._ask(lambda: self._around(keys=LIVE_KEYS, args=[SCHEMA, MAX_NEIGHBOURS, asked]))
        if reply is None:
            return None
        at, changes, profiles, found = reply
        if not self._trust.saw_state(int(at), newest_before=newest_before):
            return None
        try:
            stretches = {
                user_id: known[user_id] if len(shown) == 1 else _stretch(*shown)
                for user_id, shown in zip(user_ids, found, strict=True)
                if shown
            }
        except ValueError:
            return None
        return Surroundings(int(changes), stretches, profiles)

    async def mark_profiles(self) -> None:
        await self._ask(lambda: self._redis.hset(META, "faces", uuid4().hex))

    async def merge(self, identity: str, registers: Sequence[Register]) -> bool:
        """The fast path: whether the board took the registers. It does not if it is absent, older, or of another identity."""
        args: list[str | int] = [identity, self._trust.newest_state, *_triples(registers)]
        at = await self._ask(lambda: self._fast(keys=ALL_KEYS, args=args))
        self._trust.saw_state(int(at or 0))
        return at is not None

    async def drain(
        self, *, identity: str, link: str, next_link: str | None, registers: Sequence[Register]
    ) -> DrainOutcome:
        """Merge the registers and take the chain to `next_link`; with None, only see whether the chain is unbroken."""
        args: list[str | int] = [SCHEMA, identity, link, next_link or "", *_triples(registers)]
        reply = await self._work(lambda: self._drain(keys=ALL_KEYS, args=args))
        if reply is None:
            return "absent"
        outcome = _DRAIN_OUTCOMES[int(reply[0])]
        if outcome == "merged":
            self._trust.newest_state = int(reply[1])
        return outcome

    async def begin_build(self, *, token: str, identity: str, link: str) -> bool:
        """Begin a build set, empty, with its token; False if the board belongs to a newer release."""
        args: list[str | int] = [token, SCHEMA, identity, link, BUILD_TTL_SECONDS]
        begun = await self._work(lambda: self._build_begin(keys=[*BUILD_KEYS, META], args=args))
        if begun is None:  # the meta is of another type
            await self._work(lambda: self._redis.delete(META))
            begun = await self._work(lambda: self._build_begin(keys=[*BUILD_KEYS, META], args=args))
        return bool(begun)

    async def add_chunk(self, *, token: str, number: int, total: int, registers: Sequence[str]) -> bool:
        """Merge chunk `number` (0-based) into the build set; False if the build is no longer ours or complete.

        Registers are written as id, era and total, "-" for those who are not on the board. `total` is how many learners
        there will be in all, for a progress bar.
        """
        chunk = " ".join(registers)  # thousands of arguments cost more to send than Lua needs to split this
        args: list[str | int] = [token, number, BUILD_TTL_SECONDS, total, chunk]
        return bool(await self._work(lambda: self._build_chunk(keys=BUILD_KEYS, args=args)))

    async def swap(self, *, token: str, chunks: int, identity: str, link: str, next_link: str) -> int | None:
        """Put the finished build in the board's place; the number of members, or None if it is not ours or not complete."""
        args: list[str | int] = [token, chunks, identity, link, next_link]
        members = await self._work(lambda: self._swap(keys=ALL_KEYS, args=args))
        return None if members is None or int(members) < 0 else int(members)

    async def eviction_policy(self) -> str | None:
        """What Redis does when its memory is full; None if it does not say."""
        told: dict[str, str] = await self._work(lambda: self._redis.config_get("maxmemory-policy"))
        return told.get("maxmemory-policy")

    async def read_progress(self) -> tuple[int, int] | None:
        """Learners done and in all of the rebuild under way, wherever it runs; None if there is none."""
        done, total = await self._work(lambda: self._redis.hmget(BUILD_META, ["done", "total"])) or (None, None)
        try:
            return None if done is None else (int(done), int(total or 0))
        except ValueError:  # not written by a builder
            return None

    async def count_members(self) -> int | None:
        """How many learners the board holds; None if it is absent."""
        if await self._work(lambda: self._look(keys=LIVE_KEYS, args=[SCHEMA, 0, "", ""])) is None:
            return None
        members: int | None = await self._work(lambda: self._redis.zcard(BOARD))
        return members

    async def compare(self, *, identity: str, link: str, places: str) -> Comparison | None:
        """Compare `places` ("id total id total ...", '-' = not on the board); None if the board is absent or older."""
        reply = await self._work(lambda: self._audit(keys=LIVE_KEYS, args=[SCHEMA, identity, link, places]))
        if reply is None:
            return None
        members, found, flat = reply
        differing = {int(member): score or None for member, score in _pairs(flat)}
        return Comparison(int(members), int(found), differing)

    async def scan(self, cursor: str, count: int) -> tuple[str, dict[int, str], list[tuple[str, str]]]:
        """About `count` members from `cursor` on ("0": from the start, and after the last).

        The next cursor, user id → score, and (member made printable, score) of members that cannot be user ids.
        """
        reply = await self._work(lambda: self._audit_scan(keys=[BOARD], args=[cursor, count]))
        if reply is None:
            return "0", {}, []  # absent: the outbox relay rebuilds it
        following, plain, odd = reply
        ids = {int(member): score for member, score in _pairs(plain)}
        return str(following), ids, list(_pairs(odd))

    async def _ask(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """For a request: not while the breaker is open, and for `REQUEST_SECONDS` at most."""
        if not self.breaker.allow():
            raise BoardAway("Redis is being left alone")
        return await self._call(call, REQUEST_SECONDS)

    async def _work(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """For background work, which paces itself. The breaker learns from its calls too."""
        return await self._call(call, WORK_SECONDS)

    async def _call(self, call: Callable[[], Awaitable[Any]], seconds: float) -> Any:
        """The reply; None, as for an absent board, if a key is of another type than the board's."""
        try:
            reply = await call_redis(call, seconds)
        except UnicodeDecodeError:  # a member that is no text, so no user id
            reply = None
        except RedisAway as error:
            if not (isinstance(error, RedisRefused) and "WRONGTYPE" in str(error)):
                self.breaker.failed()
                if self.breaker.state == "open":
                    await self._give_up_idle()
                raise BoardAway(str(error)) from error
            reply = None  # Redis works; what it holds is wrong
        self.breaker.succeeded()
        return reply

    async def _give_up_idle(self) -> None:
        """Close the idle connections: each one that is dead without our knowledge would fail a later call."""
        with suppress(RedisAway):
            await call_redis(lambda: self._redis.connection_pool.disconnect(inuse_connections=False), WORK_SECONDS)


def _lua(name: str) -> str:
    return files("scout_os.leaderboard.redis").joinpath("lua", f"{name}.lua").read_text()


def _triples(registers: Iterable[Register]) -> list[str | int]:
    """User id, era, total, and so on. Totals stay strings, because Lua prints large numbers as 9.007e15."""
    flat: list[str | int] = []
    for register in registers:
        flat += (register.user_id, register.era, "" if register.total_xp is None else str(register.total_xp))
    return flat


def _pairs(flat: Sequence[str]) -> Iterable[tuple[str, str]]:
    return zip(flat[::2], flat[1::2], strict=True)


def _stretch(digest: str, first: int, rank: int, flat: Sequence[str]) -> Stretch:
    scores = [Score(_user_id(member), _whole(xp)) for member, xp in _pairs(flat)]
    return Stretch(digest, ranks_from(first, rank, [score.xp for score in scores]), scores)


def _user_id(member: str) -> int:
    """The user id that a member is, in the only spelling there is; raises `ValueError` for anything else."""
    if not _USER_ID.fullmatch(member) or int(member) > INT64_MAX:
        raise ValueError("not a user id")
    return int(member)


def _whole(score: str) -> int:
    """XP as Redis prints it. Raises `ValueError` for what no total can be."""
    xp = int(score)
    if not 0 < xp < 2**53:
        raise ValueError("not XP")
    return xp
