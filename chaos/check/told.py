"""What clients were told, held against the ledger: nothing lost, nothing twice, totals right, no reader fooled."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chaos.check.history import Operation
from chaos.check.invariants import Violation
from chaos.check.standings import find_wrong_ranks, is_ordered

PAGE_SECONDS = 7.0
"""Another learner's acknowledged XP is on the page after so long: 5 s of healing, and one to notice and answer."""
FAILING_SECONDS = 1.0
"""How late one's own XP may reach the board while a fault lasts."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    id: int
    user: int
    source: str
    amount: int


def check_history(operations: Sequence[Operation], ledger: Sequence[LedgerRow]) -> Iterator[Violation]:
    faults = [(op.started, op.ended) for op in operations if op.op == "fault"]
    submits = [op for op in operations if op.op == "submit"]
    yield from _answers(operations)
    yield from _awards(submits, ledger)
    yield from _totals(submits, ledger)
    yield from _same_answers(submits)
    corrected = {row.user for row in ledger if not row.source.startswith("level:")}
    corrected |= {
        int(op.asked["path"].split("/")[0]) for op in operations if op.op == "admin"
    }  # or taken off the board
    told = _Told(operations, corrected)
    for operation in operations:
        if operation.outcome == "ok" and operation.op in {"submit", "profile", "standing", "board"}:
            yield from _own_total(operation, told, faults)
        if operation.outcome == "ok" and operation.op == "board":
            yield from _page(operation, told)


def _answers(operations: Sequence[Operation]) -> Iterator[Violation]:
    """Every failure is an honest refusal, and every answer is the asker's own."""
    for op in operations:
        if op.answer.get("status") == 500:
            yield Violation("I0", f"{op.op} of user {op.asked.get('user')} was answered 500 at {op.ended:.3f}")
        if op.op == "profile" and op.outcome == "ok" and op.answer["id"] != op.asked["user"]:
            yield Violation("I0", f"user {op.asked['user']} was shown the profile of {op.answer['id']}")
        if op.op == "submit" and op.outcome == "ok" and op.answer["level"] != op.asked["level"]:
            yield Violation("I0", f"user {op.asked['user']} was answered about {op.answer['level']}")


def _awards(submits: Sequence[Operation], ledger: Sequence[LedgerRow]) -> Iterator[Violation]:
    """I5: acknowledged is there, refused is not, unknown is there at most once; paid is what was said to be paid."""
    rows: dict[tuple[int, str], list[LedgerRow]] = defaultdict(list)
    for row in ledger:
        rows[row.user, row.source].append(row)
    attempts: dict[tuple[int, str], list[Operation]] = defaultdict(list)
    for op in submits:
        attempts[op.asked["user"], f"level:{op.asked['level']}"].append(op)
    for place, ops in attempts.items():
        what = f"user {place[0]} {place[1]}"
        paid = rows.get(place, [])
        passed = [op for op in ops if op.asked["passes"]]
        if len(paid) > 1:
            yield Violation("I5", f"{what} was paid {len(paid)} times")
        if not paid and any(op.outcome == "ok" for op in passed):
            yield Violation("I5", f"{what} was acknowledged and is lost")
        if paid and all(op.outcome == "fail" for op in passed):
            yield Violation("I5", f"{what} was refused or failed, and paid")
        said = {(op.asked["key"] or id(op), op.answer["xp"]) for op in ops if op.outcome == "ok" and op.answer["xp"]}
        if len(said) > 1:
            yield Violation("I5", f"{what} was told of {len(said)} awards")
        for _, amount in said:
            if paid and amount != paid[0].amount:
                yield Violation("I5", f"{what} was told {amount} XP and paid {paid[0].amount}")
        for op in ops:
            if op.outcome == "ok" and op.answer["xp"] not in {0, op.asked["reward"] if op.asked["passes"] else 0}:
                yield Violation("I3", f"{what} was told {op.answer['xp']} XP for an attempt worth {op.asked['reward']}")


def _totals(submits: Sequence[Operation], ledger: Sequence[LedgerRow]) -> Iterator[Violation]:
    """I6: the total told with an award is the sum of the learner's rows up to that one; any other is one of the sums."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0])
    after: dict[tuple[int, str], int] = {}
    for row in sorted(ledger, key=lambda row: row.id):
        sums[row.user].append(sums[row.user][-1] + row.amount)
        after[row.user, row.source] = sums[row.user][-1]
    for op in submits:
        if op.outcome != "ok":
            continue
        user, total = op.asked["user"], op.answer["total"]
        expected = after.get((user, f"level:{op.asked['level']}"))
        if op.answer["xp"] and total != expected:
            yield Violation(
                "I6", f"user {user} was told {total} with level {op.asked['level']}, where the sum is {expected}"
            )
        elif total not in sums[user]:
            yield Violation("I6", f"user {user} was told {total}, which was never the sum")


def _same_answers(submits: Sequence[Operation]) -> Iterator[Violation]:
    """I7: one key, one answer."""
    answers: dict[tuple[int, str], set[str]] = defaultdict(set)
    for op in submits:
        if op.outcome == "ok" and op.asked["key"]:
            answers[op.asked["user"], op.asked["key"]].add(op.answer["sha"])
    for (user, key), bodies in answers.items():
        if len(bodies) > 1:
            yield Violation("I7", f"user {user} key {key} has {len(bodies)} different answers")


class _Told:
    """Which totals had been acknowledged to whom by when; learners with corrections are left out."""

    def __init__(self, operations: Sequence[Operation], corrected: set[int]) -> None:
        self._times: dict[int, list[float]] = defaultdict(list)
        self._best: dict[int, list[int]] = defaultdict(list)
        self._firsts: list[tuple[float, int]] = []
        known = [op for op in operations if op.outcome == "ok" and op.op in {"submit", "profile"}]
        for op in sorted(known, key=lambda op: op.ended):
            user, total = op.asked["user"], op.answer["total"]
            if user in corrected:
                continue
            if not self._best[user] and total:
                insort(self._firsts, (op.ended, user))
            if total > (self._best[user][-1] if self._best[user] else 0):
                self._times[user].append(op.ended)
                self._best[user].append(total)

    def total(self, user: int, before: float) -> int:
        """The highest total that `user` had been told of before that instant."""
        place = bisect_right(self._times.get(user, []), before)
        return self._best[user][place - 1] if place else 0

    def everyone(self, before: float) -> list[tuple[int, int]]:
        """All who had XP before that instant, with the total they knew of."""
        return [(user, self.total(user, before)) for at, user in self._firsts if at <= before]


def _own_total(op: Operation, told: _Told, faults: list[tuple[float, float]]) -> Iterator[Violation]:
    """I8: nobody's own total goes back, and what was acknowledged is in the next answer."""
    user = op.asked["user"]
    if user is None or op.answer.get("stale"):
        return
    from_board = op.op in {"standing", "board"}
    if from_board and op.answer["mine"] is None:
        yield Violation("I8", f"user {user} was told of no place of their own in {op.op} at {op.ended:.3f}")
        return
    shown = op.answer["mine"]["xp"] if from_board else op.answer["total"]
    if op.op == "submit" and op.asked["key"]:
        return  # a replayed answer is as old as it was
    failing = any(began - FAILING_SECONDS <= op.ended and op.started <= ended for began, ended in faults)
    slack = FAILING_SECONDS if from_board and failing else 0.0
    least = told.total(user, op.started - slack)
    if shown < least:
        late = "" if not slack else f", acknowledged {slack} s before"
        source = op.answer.get("source", "postgres")
        yield Violation(
            "I8", f"user {user} saw {shown} in {op.op} ({source}) at {op.ended:.3f}, less than {least}{late}"
        )


def _page(op: Operation, told: _Told) -> Iterator[Violation]:
    """I12, I13, I15: a page is in order, its ranks fit its XP, and nobody who belongs on it is missing."""
    rows, where = op.answer["rows"], f"page of {op.asked['limit']} ({op.answer['source']}) at {op.ended:.3f}"
    if not is_ordered(rows):
        yield Violation("I13", f"{where} is out of order or repeats somebody")
    for wrong in find_wrong_ranks(rows):
        yield Violation("I11", f"{where}: {wrong}")
    mine = op.answer["mine"]
    for user, rank, xp in rows:
        if user == op.asked["user"] and mine is not None and (mine["rank"], mine["xp"]) != (rank, xp):
            yield Violation("I11", f"{where}: user {user} is told {mine} and shown rank {rank} with {xp} XP")
    if op.answer["stale"]:
        return
    known = told.everyone(op.started - PAGE_SECONDS)
    if len(rows) < min(op.asked["limit"], len(known)):
        yield Violation("I15", f"{where} has {len(rows)} rows of {min(op.asked['limit'], len(known))}")
    shown = {user: xp for user, _, xp in rows}
    last = rows[-1][2] if len(rows) == op.asked["limit"] else -1
    for user, total in known:
        if total > shown.get(user, last):
            yield Violation("I15", f"{where} shows user {user} with {shown.get(user)}, known to have {total}")
