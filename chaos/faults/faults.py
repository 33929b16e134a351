"""What goes wrong: one coroutine a fault, each with its own seeded draws. The proxies and servers are whole again after it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
from redis import Redis
from redis.exceptions import RedisError

from chaos.campaigns.kills import POINTS
from chaos.check.board import BOARD, OWN_KEYS
from chaos.faults.arena import Arena
from chaos.network.proxy import Proxy
from scout_os.core.postgres import AWAY

Fault = Callable[[Arena, random.Random], Awaitable[None]]


async def kill_host(arena: Arena, draw: random.Random) -> None:
    """kill -9 of a serving process, and a new one after a moment."""
    number = draw.randrange(len(arena.hosts))
    await arena.kill(number)
    await asyncio.sleep(draw.uniform(0, 1))
    arena.start(number)


async def kill_all_hosts(arena: Arena, draw: random.Random) -> None:
    """kill -9 of every serving process at once."""
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


async def kill_valkey(arena: Arena, draw: random.Random) -> None:
    """kill -9 of Valkey; the keeper starts it again."""
    _send(arena.valkey_pids(), signal.SIGKILL)
    await asyncio.sleep(draw.uniform(0.5, 2))


async def freeze_valkey(arena: Arena, draw: random.Random) -> None:
    """Valkey hangs: connections stay, nothing is answered."""
    pids = arena.valkey_pids()
    _send(pids, signal.SIGSTOP)
    await asyncio.sleep(draw.uniform(0.5, 4))
    _send(pids, signal.SIGCONT)


async def flush(arena: Arena, draw: random.Random) -> None:
    """FLUSHALL, a few times."""
    for _ in range(draw.randrange(1, 4)):
        await _valkey(arena, lambda valkey: valkey.flushall())
        await asyncio.sleep(draw.uniform(0.05, 1))


async def delete_key(arena: Arena, draw: random.Random) -> None:
    """One of the board's keys is gone."""
    key = draw.choice(sorted(OWN_KEYS))
    await _valkey(arena, lambda valkey: valkey.delete(key))
    await asyncio.sleep(draw.uniform(0, 1))


async def evict_half(arena: Arena, draw: random.Random) -> None:
    """Half of the members are gone, from the top or the bottom."""

    def evict(valkey: Redis) -> None:
        half = int(str(valkey.zcard(BOARD))) // 2
        bounds = (0, half) if draw.random() < 0.5 else (half, -1)
        valkey.zremrangebyrank(BOARD, *bounds)

    await _valkey(arena, evict)
    await asyncio.sleep(draw.uniform(0, 1))


async def time_travel(arena: Arena, draw: random.Random) -> None:
    """Redis goes back to what it was some seconds ago, whole: a stale replica, or an old dump."""
    dumps: dict[str, bytes] = {}
    await _valkey(arena, lambda _: dumps.update(arena.stage.dump_board()))
    await asyncio.sleep(draw.uniform(0.3, 4))
    await _valkey(arena, lambda _: arena.stage.restore_board(dumps))


async def full_memory(arena: Arena, draw: random.Random) -> None:
    """Redis refuses writes and answers reads."""
    await _valkey(arena, lambda valkey: valkey.config_set("maxmemory", 1))
    await asyncio.sleep(draw.uniform(0.5, 6))
    await _valkey(arena, lambda valkey: valkey.config_set("maxmemory", 0))


async def redis_refuses(arena: Arena, draw: random.Random) -> None:
    """Redis answers commands with errors of all kinds."""
    arena.stage.refusals.probability = draw.choice((0.1, 0.5, 1.0))
    await asyncio.sleep(draw.uniform(0.5, 3))
    arena.stage.refusals.probability = 0.0


async def redis_network(arena: Arena, draw: random.Random) -> None:
    """The way to Redis is slow, cut, silent, dead or in pieces."""
    await _network(arena.stage.redis, draw)


async def postgres_network(arena: Arena, draw: random.Random) -> None:
    """The way to PostgreSQL is slow, cut, silent, dead or in pieces."""
    await _network(arena.stage.postgres, draw)


async def cut_commits(arena: Arena, draw: random.Random) -> None:
    """Connections are cut between a commit and its answer."""
    arena.stage.cuts.probability = draw.choice((0.05, 0.3))
    await asyncio.sleep(draw.uniform(0.5, 3))
    arena.stage.cuts.probability = 0.0


async def kill_postmaster(arena: Arena, draw: random.Random) -> None:
    """kill -9 of PostgreSQL's parent process; the keeper starts it again, and it recovers from its log."""
    _send(arena.postgres_pids()[:1], signal.SIGKILL)
    await asyncio.sleep(draw.uniform(0.2, 1))


async def kill_postgres(arena: Arena, draw: random.Random) -> None:
    """kill -9 of all of PostgreSQL's processes."""
    _send(arena.postgres_pids(), signal.SIGKILL)
    await asyncio.sleep(draw.uniform(0.2, 1))


async def freeze_postgres(arena: Arena, draw: random.Random) -> None:
    """All of PostgreSQL stands still."""
    pids = arena.postgres_pids()
    _send(pids, signal.SIGSTOP)
    await asyncio.sleep(draw.uniform(0.5, 4))
    _send(pids, signal.SIGCONT)


async def terminate_backends(arena: Arena, draw: random.Random) -> None:
    """Single sessions are ended by the server, again and again; until it is away itself, by a fault beside this one."""
    with suppress(*AWAY):
        owner = await asyncpg.connect(arena.stage.stores.owner_database_url)
        try:
            for _ in range(draw.randrange(5, 25)):
                await owner.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE application_name = 'scout-os' ORDER BY md5(pid || $1) LIMIT 1
                    """,
                    str(draw.random()),
                )
                await asyncio.sleep(draw.uniform(0.02, 0.2))
        finally:
            await owner.close()


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        kill_host,
        kill_all_hosts,
        freeze_host,
        freeze_builder,
        crash_points,
        stalls,
        rebuild_loop,
        kill_valkey,
        freeze_valkey,
        flush,
        delete_key,
        evict_half,
        time_travel,
        full_memory,
        redis_refuses,
        redis_network,
        postgres_network,
        cut_commits,
        kill_postmaster,
        kill_postgres,
        freeze_postgres,
        terminate_backends,
    )
}


async def _network(proxy: Proxy, draw: random.Random) -> None:
    toxics = proxy.toxics
    trouble = draw.choice(("latency", "state", "half_open", "swallow", "slices", "limit_data", "reset", "reset_all"))
    if trouble == "latency":
        toxics.latency, toxics.jitter = draw.choice(((0.02, 0.02), (0.1, 0.2), (0.5, 0.5)))
    elif trouble == "state":
        toxics.state = "down"
    elif trouble == "half_open":
        toxics.state = "half_open"
    elif trouble == "limit_data":
        toxics.limit_data = draw.randrange(1, 4000)
    elif trouble == "reset":
        toxics.reset = 0.1
    elif trouble == "reset_all":
        proxy.reset_all()
    else:
        setattr(toxics, trouble, True)
    await asyncio.sleep(draw.uniform(0.5, 4))
    toxics.clear()
    if trouble == "swallow":  # what was swallowed is gone: the stream cannot go on
        proxy.reset_all()


async def _valkey(arena: Arena, act: Callable[[Redis], object]) -> None:
    def ask() -> None:
        with suppress(RedisError, OSError), arena.stage.valkey() as valkey:
            act(valkey)

    await asyncio.to_thread(ask)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
