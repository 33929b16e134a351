"""What goes wrong: one coroutine a fault, each with its own seeded draws. The proxies and servers are whole again after it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

from chaos.campaigns.kills import POINTS
from chaos.check.board import BOARD, OWN_KEYS
from chaos.faults.arena import Arena
from chaos.network.proxy import Proxy
from chaos.network.wires import CommitCuts, RedisRefusals
from chaos.target.environment import connected
from scout_os.core.postgres import AWAY

Fault = Callable[[Arena, random.Random], Coroutine[None, None, None]]


async def kill_host(arena: Arena, draw: random.Random) -> None:
    """kill -9 of a serving process, and a new one after a moment."""
    number = draw.randrange(len(arena.hosts))
    await arena.kill(number)
    await asyncio.sleep(draw.uniform(0, 1))
    arena.start(number)


async def kill_all_hosts(arena: Arena, draw: random.Random) -> None:
    for number in range(len(arena.hosts)):
        await arena.kill(number)
    for number in range(len(arena.hosts)):
        arena.start(number)


async def freeze_host(arena: Arena, draw: random.Random) -> None:
    """A serving process stands still and goes on where it was, maybe long after others took over its work."""
    host = draw.choice(arena.hosts)
    host.send(signal.SIGSTOP)
    await asyncio.sleep(draw.uniform(0.5, 5))
    host.send(signal.SIGCONT)


async def freeze_builder(arena: Arena, draw: random.Random) -> None:
    """A rebuild stands still somewhere; another host finishes one meanwhile, and then the first one goes on."""
    first, second = draw.sample(range(len(arena.hosts)), 2)
    started = asyncio.create_task(arena.rebuild(first))
    await asyncio.sleep(draw.uniform(0, 0.06))
    arena.hosts[first].send(signal.SIGSTOP)
    await asyncio.sleep(3.2)
    await arena.rebuild(second)
    arena.hosts[first].send(signal.SIGCONT)
    await started


async def crash_points(arena: Arena, draw: random.Random) -> None:
    """A host that dies again and again at named places, restarted each time."""
    number = draw.randrange(len(arena.hosts))
    names = draw.sample(POINTS, 3)
    points = ";".join(f"{name}=kill:{0.05 if name.startswith('award') else 0.3}" for name in names)
    extra = {"SCOUT_FAILPOINTS": points, "SCOUT_FAILPOINTS_SEED": str(draw.random())}
    await arena.kill(number)
    for _ in range(2):
        arena.start(number, extra)
        host = arena.hosts[number]
        for _ in range(40):
            await asyncio.sleep(0.1)
            if not host.is_alive():
                break
            if draw.random() < 0.1:
                await arena.rebuild(number)
        await arena.kill(number)
    arena.start(number)


async def stalls(arena: Arena, draw: random.Random) -> None:
    """A host that stalls between Redis and PostgreSQL, in drains, rebuilds and awards."""
    number = draw.randrange(len(arena.hosts))
    points = "drain_after_redis=sleep:0.7:0.3;rebuild_before_swap=sleep:3.5:0.5;award_after_commit=sleep:0.2:0.1"
    await arena.kill(number)
    arena.start(number, {"SCOUT_FAILPOINTS": points, "SCOUT_FAILPOINTS_SEED": str(draw.random())})
    await asyncio.to_thread(arena.hosts[number].wait_ready)
    for _ in range(3):
        await asyncio.sleep(draw.uniform(0.3, 1))
        await arena.rebuild(draw.randrange(len(arena.hosts)))
    await arena.kill(number)
    arena.start(number)


async def rebuild_loop(arena: Arena, draw: random.Random) -> None:
    """Rebuilds on all hosts at once, one after the other, while learners go on."""
    for _ in range(draw.randrange(4, 10)):
        await asyncio.gather(*(arena.rebuild(number) for number in range(len(arena.hosts))))


async def flush(arena: Arena, draw: random.Random) -> None:
    for _ in range(draw.randrange(1, 4)):
        await asyncio.to_thread(_valkey, arena, lambda valkey: valkey.flushall())
        await asyncio.sleep(draw.uniform(0.05, 1))


async def time_travel(arena: Arena, draw: random.Random) -> None:
    """Redis goes back to what it was some seconds ago, whole: a stale replica, or an old dump."""
    dumps: dict[str, bytes] = {}
    await asyncio.to_thread(_valkey, arena, lambda _: dumps.update(arena.stage.dump_board()))
    await asyncio.sleep(draw.uniform(0.3, 4))
    await asyncio.to_thread(_valkey, arena, lambda _: arena.stage.restore_board(dumps))


async def terminate_backends(arena: Arena, draw: random.Random) -> None:
    """Single sessions are ended by the server, again and again; until it is away itself, by a fault beside this one."""
    with suppress(*AWAY):
        async with connected(arena.stage.stores.owner_database_url) as owner:
            for _ in range(draw.randrange(5, 25)):
                await owner.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE application_name = 'scout-os' ORDER BY md5(pid || $1) LIMIT 1
                    """,
                    str(draw.random()),
                )
                await asyncio.sleep(draw.uniform(0.02, 0.2))


def _lasting(
    begin: Callable[[Arena, random.Random], object],
    least: float,
    most: float,
    end: Callable[[Arena], object] = lambda _: None,
) -> Fault:
    """Something that begins, and is ended after `least` to `most` seconds, if it does not end by itself."""

    async def fault(arena: Arena, draw: random.Random) -> None:
        await asyncio.to_thread(begin, arena, draw)
        await asyncio.sleep(draw.uniform(least, most))
        await asyncio.to_thread(end, arena)

    return fault


def _frozen(pids: Callable[[Arena], list[int]]) -> Fault:
    """Processes hang: connections stay, nothing is answered."""
    return _lasting(
        lambda arena, _: _send(pids(arena), signal.SIGSTOP), 0.5, 4, lambda arena: _send(pids(arena), signal.SIGCONT)
    )


def _failing(wire: Callable[[Arena], CommitCuts | RedisRefusals], *probabilities: float) -> Fault:
    """Connections are cut between a commit and its answer, or Redis answers commands with errors of all kinds."""
    return _lasting(
        lambda arena, draw: setattr(wire(arena), "probability", draw.choice(probabilities)),
        0.5,
        3,
        lambda arena: setattr(wire(arena), "probability", 0.0),
    )


def _network(way: Callable[[Arena], Proxy]) -> Fault:
    """The way to a server is slow, cut, silent, dead or in pieces."""

    def begin(arena: Arena, draw: random.Random) -> None:
        proxy = way(arena)
        toxics = proxy.toxics
        trouble = draw.choice(("latency", "down", "half_open", "swallow", "slices", "limit_data", "reset", "reset_all"))
        if trouble == "latency":
            toxics.latency, toxics.jitter = draw.choice(((0.02, 0.02), (0.1, 0.2), (0.5, 0.5)))
        elif trouble in {"down", "half_open"}:
            toxics.state = "down" if trouble == "down" else "half_open"
        elif trouble == "limit_data":
            toxics.limit_data = draw.randrange(1, 4000)
        elif trouble == "reset":
            toxics.reset = 0.1
        elif trouble == "reset_all":
            proxy.reset_all()
        else:
            setattr(toxics, trouble, True)

    def end(arena: Arena) -> None:
        was_swallowed = way(arena).toxics.swallow
        way(arena).toxics.clear()
        if was_swallowed:  # what was swallowed is gone: the stream cannot go on
            way(arena).reset_all()

    return _lasting(begin, 0.5, 4, end)


def _delete_key(arena: Arena, draw: random.Random) -> None:
    """One of the board's keys is gone."""
    _valkey(arena, lambda valkey: valkey.delete(draw.choice(sorted(OWN_KEYS))))


def _evict_half(arena: Arena, draw: random.Random) -> None:
    """Half of the members are gone, from the top or the bottom."""

    def evict(valkey: Redis) -> None:
        half = int(str(valkey.zcard(BOARD))) // 2
        bounds = (0, half) if draw.random() < 0.5 else (half, -1)
        valkey.zremrangebyrank(BOARD, *bounds)

    _valkey(arena, evict)


def _limit_memory(arena: Arena, limit: int) -> None:
    """With a limit of one byte Redis refuses writes and answers reads."""
    _valkey(arena, lambda valkey: valkey.config_set("maxmemory", limit))


def _valkey(arena: Arena, act: Callable[[Redis], object]) -> None:
    with suppress(RedisError, OSError), arena.stage.valkey() as valkey:
        act(valkey)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


FAULTS: dict[str, Fault] = {
    "kill_host": kill_host,
    "kill_all_hosts": kill_all_hosts,
    "freeze_host": freeze_host,
    "freeze_builder": freeze_builder,
    "crash_points": crash_points,
    "stalls": stalls,
    "rebuild_loop": rebuild_loop,
    "kill_valkey": _lasting(lambda arena, _: _send(arena.valkey_pids(), signal.SIGKILL), 0.5, 2),
    "freeze_valkey": _frozen(Arena.valkey_pids),
    "flush": flush,
    "delete_key": _lasting(_delete_key, 0, 1),
    "evict_half": _lasting(_evict_half, 0, 1),
    "time_travel": time_travel,
    "full_memory": _lasting(lambda arena, _: _limit_memory(arena, 1), 0.5, 6, lambda arena: _limit_memory(arena, 0)),
    "redis_refuses": _failing(lambda arena: arena.stage.refusals, 0.1, 0.5, 1.0),
    "redis_network": _network(lambda arena: arena.stage.redis),
    "postgres_network": _network(lambda arena: arena.stage.postgres),
    "cut_commits": _failing(lambda arena: arena.stage.cuts, 0.05, 0.3),
    "kill_postmaster": _lasting(lambda arena, _: _send(arena.postgres_pids()[:1], signal.SIGKILL), 0.2, 1),
    "kill_postgres": _lasting(lambda arena, _: _send(arena.postgres_pids(), signal.SIGKILL), 0.2, 1),
    "freeze_postgres": _frozen(Arena.postgres_pids),
    "terminate_backends": terminate_backends,
}
"""The keeper starts a server that was killed again; PostgreSQL then recovers from its log."""
