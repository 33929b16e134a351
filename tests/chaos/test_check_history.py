"""The judge of histories sees each kind of lie, and does not cry at the truth."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from chaos.check.history import Operation, Outcome
from chaos.check.judge import verdict_of
from chaos.check.told import LedgerRow, check_history

PAID = LedgerRow(1, 7, "level:a", 10)


def submit(
    outcome: Outcome, at: float, *, xp: int = 10, total: int = 10, key: str | None = None, sha: str = "x"
) -> Operation:
    """User 7 passes level a, worth 10."""
    asked = {"user": 7, "level": "a", "passes": True, "reward": 10, "key": key}
    answer = {"status": 200, "xp": xp, "total": total, "level": "a", "sha": sha} if outcome == "ok" else {"status": 409}
    return Operation("submit", asked, outcome, answer, at, at + 0.1)


def page(at: float, rows: list[list[int]], *, mine: tuple[int, int] | None = (1, 10), limit: int = 10) -> Operation:
    """What user 7 sees of the board."""
    answer: dict[str, Any] = {"status": 200, "rows": rows, "source": "redis", "stale": False}
    answer["mine"] = None if mine is None else {"rank": mine[0], "xp": mine[1]}
    return Operation("board", {"user": 7, "limit": limit}, "ok", answer, at, at + 0.1)


def found(operations: list[Operation], ledger: list[LedgerRow]) -> set[str]:
    return {violation.invariant for violation in check_history(operations, ledger)}


def test_the_truth_is_no_violation() -> None:
    """An award, its replay, an unknown retry and a right page."""
    lost = Operation("submit", submit("ok", 1).asked, "info", {}, 0.5, float("inf"))
    again = submit("ok", 2, xp=0)
    assert found([lost, submit("ok", 1), again, page(3, [[7, 1, 10]])], [PAID]) == set()


@pytest.mark.parametrize(
    ("operations", "ledger", "invariant"),
    [
        ([submit("ok", 1)], [], "I5"),
        ([submit("ok", 1)], [PAID, LedgerRow(2, 7, "level:a", 10)], "I5"),
        ([submit("fail", 1)], [PAID], "I5"),
        ([submit("ok", 1, key="k"), submit("ok", 2, key="j", total=20)], [PAID], "I5"),
        ([submit("ok", 1, xp=99, total=99)], [LedgerRow(1, 7, "level:a", 99)], "I3"),
        ([submit("ok", 1, total=15)], [PAID], "I6"),
        ([submit("ok", 1, key="k"), submit("ok", 2, key="k", sha="y")], [PAID], "I7"),
        ([submit("ok", 1), page(2, [], mine=(0, 0))], [PAID], "I8"),
        ([page(2, [[7, 1, 10]], mine=None)], [], "I8"),
        ([submit("ok", 1), page(20, [[8, 1, 10]])], [PAID], "I15"),
        ([submit("ok", 1), page(20, [])], [PAID], "I15"),
        ([page(2, [[8, 1, 5], [7, 2, 10]])], [], "I13"),
        ([page(2, [[10, 1, 5], [9, 1, 5]], mine=(0, 0))], [], "I13"),
        ([page(2, [[9, 1, 5], [10, 2, 5]], mine=(0, 0))], [], "I11"),
        ([page(2, [[7, 1, 10]], mine=(2, 10))], [], "I11"),
    ],
)
def test_each_lie_is_seen(operations: list[Operation], ledger: list[LedgerRow], invariant: str) -> None:
    """Lost, paid twice, paid though refused, wrong in amount or sum, taken back, missing, out of order, of wrong rank."""
    assert invariant in found(operations, ledger)


@pytest.mark.parametrize(
    ("program", "verdict"),
    [
        ("", []),
        ("print('I8 a lie'); raise SystemExit(1)", ["I8 a lie"]),
        ("raise TypeError", ["the checker ended with code 1"]),
        ("print('I8 a lie'); raise SystemExit(2)", ["I8 a lie", "the checker ended with code 2"]),
    ],
)
async def test_a_judge_that_breaks_finds_nobody_innocent(program: str, verdict: list[str]) -> None:
    """Only one that came to its end and found nothing says that there is nothing: a traceback is no verdict."""
    judge = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert await verdict_of(judge) == verdict
