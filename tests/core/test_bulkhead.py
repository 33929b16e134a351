"""Admission: bounded work, bounded waiting, and a clear refusal."""

from __future__ import annotations

import asyncio

import pytest

from scout_os.core.bulkhead import Bulkhead, Overloaded
from scout_os.core.problems import Unavailable


async def test_no_more_than_its_width_are_inside_and_all_who_may_wait_come_through() -> None:
    """Ten callers through a gate of three: never more than three inside, all served."""
    gate, inside, most = Bulkhead(width=3, waiting=10, seconds=5), 0, 0

    async def pass_through() -> None:
        nonlocal inside, most
        async with gate.enter():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(pass_through() for _ in range(10)))
    assert most == 3


async def test_one_too_many_and_one_who_waits_too_long_are_refused() -> None:
    """A full queue refuses at once, a long wait after its time; the gate is whole afterwards."""
    gate = Bulkhead(width=1, waiting=1, seconds=0.05)
    async with gate.enter():
        waiter = asyncio.create_task(_enter(gate))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await _enter(gate)
        with pytest.raises(Unavailable):
            await waiter
    await _enter(gate)


async def test_a_waiter_that_goes_away_leaves_its_place() -> None:
    """Cancelled while waiting or inside, the place is free again."""
    gate = Bulkhead(width=1, waiting=1, seconds=5)
    async with gate.enter():
        waiter = asyncio.create_task(_enter(gate))
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
    await asyncio.wait_for(_enter(gate), 1)


async def test_nobody_waits_for_work_that_only_fails() -> None:
    """Callers who come out one by one as unavailable do not keep the others waiting: those are refused, and not let in."""
    gate, entered = Bulkhead(width=1, waiting=20, seconds=30, stuck_seconds=0.2), 0

    async def fail() -> None:
        nonlocal entered
        async with gate.enter():
            entered += 1
            await asyncio.sleep(0.15)
            raise Unavailable

    answers = await asyncio.gather(*(fail() for _ in range(20)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable, Overloaded}
    assert entered < 10


async def _enter(gate: Bulkhead) -> None:
    async with gate.enter():
        pass  # in and out
