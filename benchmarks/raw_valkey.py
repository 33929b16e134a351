"""Z0: the raw commands behind an award and behind a page of the board, on a copy of the board."""

from __future__ import annotations

import time
from collections.abc import Callable

from redis import Redis

from benchmarks.bench import Bench
from benchmarks.rounds import Window

_BOARD, _COPY = "leaderboard:training", "bench:board"
_PAGE = 50


def raw_award_window(bench: Bench) -> Window:
    """One ZADD a round trip."""
    return _window(bench, lambda valkey, member: valkey.zadd(_COPY, {member: int(member)}, gt=True))


def raw_page_window(bench: Bench) -> Window:
    """A page, one score and one rank: three commands in one round trip."""

    def read(valkey: Redis, member: str) -> None:
        pipeline = valkey.pipeline(transaction=False)
        pipeline.zrange(_COPY, 0, _PAGE - 1, desc=True, withscores=True)
        pipeline.zscore(_COPY, member)
        pipeline.zcount(_COPY, "(500", "+inf")
        pipeline.execute()

    return _window(bench, read)


def _window(bench: Bench, once: Callable[[Redis, str], object]) -> Window:
    with bench.installation.valkey() as valkey:
        valkey.copy(_BOARD, _COPY, replace=True)
        valkey.ping()
        members = [str(number) for number in bench.learners.ids]
        count, began = 0, time.perf_counter()
        before = bench.installation.accounts.read()
        while (seconds := time.perf_counter() - began) < bench.seconds:
            once(valkey, members[count % len(members)])
            count += 1
        used = bench.installation.accounts.read() - before
        valkey.delete(_COPY)
    return Window(count, count, seconds, used)
