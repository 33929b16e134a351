"""Questions that share a call: each answered, none by a call that began before it came."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from scout_os.core.batcher import MAX_BATCH, Batcher


class Source:
    """Answers with the number of the call that was the last to begin; a call takes as long as its gate is shut."""

    def __init__(self) -> None:
        self.calls: list[set[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self, keys: Collection[str]) -> dict[str, int]:
        self.calls.append(set(keys))
        number = len(self.calls)
        await self.gate.wait()
        if "bad" in keys:
            raise ValueError("bad")
        return {key: number for key in keys if key != "unknown"}


async def test_those_who_come_while_a_call_is_under_way_share_the_next_one() -> None:
    """One asks; three more come meanwhile: two calls in all, and nobody gets an answer begun before the question."""
    source = Source()
    grouped = Batcher(source.ask)
    source.gate.clear()
    first = asyncio.create_task(grouped.get("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [asyncio.create_task(grouped.get(key)) for key in ("a", "b", "c")]
    await asyncio.sleep(0)
    source.gate.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2, 2, 2]
    assert source.calls == [{"a"}, {"a", "b", "c"}]


async def test_no_call_is_larger_than_it_may_be() -> None:
    """More lookups at once than fit in two calls: three calls."""
    source = Source()
    grouped = Batcher(source.ask)
    await asyncio.gather(*(grouped.get(str(number)) for number in range(2 * MAX_BATCH + 1)))
    assert [len(call) for call in source.calls] == [MAX_BATCH, MAX_BATCH, 1]


async def test_a_call_that_fails_fails_for_those_who_share_it_and_for_nobody_else() -> None:
    """A failure, a key without an answer, and then all is well again."""
    source = Source()
    grouped = Batcher(source.ask)
    told = await asyncio.gather(grouped.get("bad"), grouped.get("good"), return_exceptions=True)
    assert [type(one) for one in told] == [ValueError, ValueError]
    with pytest.raises(KeyError):
        await grouped.get("unknown")
    assert await grouped.get("good") == 3


async def test_an_asker_who_goes_away_changes_nothing_for_the_others() -> None:
    """One of two gives up while the call is under way: the other is answered."""
    source = Source()
    grouped = Batcher(source.ask)
    source.gate.clear()
    leaver, stayer = asyncio.create_task(grouped.get("a")), asyncio.create_task(grouped.get("b"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.sleep(0)
    source.gate.set()
    assert await stayer == 1
    assert leaver.cancelled()
