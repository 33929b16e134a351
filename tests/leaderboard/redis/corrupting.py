"""Everything that another client, an older release or a broken restore may leave in the board's keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import ALL_KEYS, BUILD_ERAS, BUILD_META, ERAS, META

TYPES: dict[str, tuple[str, ...]] = {
    "string": ("SET", "x"),
    "list": ("RPUSH", "x"),
    "set": ("SADD", "x"),
    "stream": ("XADD", "*", "x", "x"),
    "hash": ("HSET", "x", "x"),
    "sorted set": ("ZADD", "1", "x"),
}
"""By what a key then is: a command and what follows the key in it."""
VALUES: list[str | bytes] = ["", "x", "-1", "0x1F", "1e999", "9" * 30, b"\xff\xfe"]
FIELDS = ("n", "e", "schema", "identity", "link", "prev", "at", "changes", "faces", "token", "chunks", "done", "total")

Corruption = Callable[[Redis], Awaitable[Any]]


def corruptions(learner: int) -> dict[str, Corruption]:
    """By what is wrong: each key in each type, each field with each value."""
    found: dict[str, Corruption] = {}
    for key in ALL_KEYS:
        found |= {f"{key} is a {kind}": _typed(key, kind) for kind in TYPES}
    for key in (META, BUILD_META):
        for field in FIELDS:
            found |= {f"{key} {field} = {value!r}": _set(key, field, value) for value in VALUES}
    for key in (ERAS, BUILD_ERAS):
        found |= {f"{key} {learner} = {value!r}": _set(key, str(learner), value) for value in VALUES}
    return found


def _typed(key: str, kind: str) -> Corruption:
    command, *rest = TYPES[kind]
    script = "redis.call('DEL', KEYS[1]) redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))"
    return lambda redis: redis.eval(script, 1, key, command, *rest)


def _set(key: str, field: str, value: str | bytes) -> Corruption:
    emptied = "if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end"
    script = f"{emptied} redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])"
    return lambda redis: redis.eval(script, 1, key, field, value)
