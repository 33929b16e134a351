"""What decides that something looks like cheating. Values in, values out.

No client's word counts: installed clients always report 0 seconds. Figures are of this release's pack, whose levels have
five questions and pay 10 to 40 XP; they are generous, because a flag costs somebody's attention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from scout_os.reviews.models import Finding, Graded, Payment, Traces

MINUTE = timedelta(minutes=1)
SECONDS_A_QUESTION = 1.0
"""Nobody reads a question, decides and taps in less."""
XP_A_MINUTE = 200
LEVELS_A_MINUTE = 7
"""More than a level every nine seconds."""
PAUSE = timedelta(seconds=2)
PAUSES_MISSED = 3
"""A retry after a lost answer may follow the next level at once; three levels in a row without a pause are a program."""
ATTEMPTS_A_MINUTE = 12

T = TypeVar("T")


def review(traces: Traces) -> list[Finding]:
    """All that is odd about the traces, at most one finding of a kind, the worst of it."""
    found = [_too_fast(traces.graded), _guessing(traces.graded)]
    found += [_xp_rate(traces.payments), _burst(traces.payments), _no_pause(traces.payments)]
    return [finding for finding in found if finding is not None]


def _too_fast(graded: Sequence[Graded]) -> Finding | None:
    """Passed in less time than it takes to read: from handing out the questions to the answers, by our own clock."""
    fast = [
        (_seconds(attempt) / attempt.correct_answers, attempt)
        for attempt in graded
        if attempt.passed and _seconds(attempt) < SECONDS_A_QUESTION * attempt.correct_answers
    ]
    if not fast:
        return None
    each, _ = min(fast, key=lambda item: item[0])
    evidence = {"attempts": len(fast), "seconds_a_question": round(each, 3)}
    return Finding("too_fast", max(attempt.graded_at for _, attempt in fast), evidence)


def _guessing(graded: Sequence[Graded]) -> Finding | None:
    """More graded attempts than anybody could have answered: a program that tries."""
    window = _fullest(graded, lambda attempt: attempt.graded_at, lambda _: 1)
    if window is None or window[0] <= ATTEMPTS_A_MINUTE:
        return None
    return Finding("guessing", window[1], {"attempts_a_minute": window[0]})


def _xp_rate(payments: Sequence[Payment]) -> Finding | None:
    """More XP in a minute than learning brings."""
    window = _fullest(payments, lambda payment: payment.at, lambda payment: payment.xp)
    if window is None or window[0] <= XP_A_MINUTE:
        return None
    return Finding("xp_rate", window[1], {"xp_a_minute": window[0]})


def _burst(payments: Sequence[Payment]) -> Finding | None:
    """More levels in a minute than anybody walks through."""
    window = _fullest(payments, lambda payment: payment.at, lambda _: 1)
    if window is None or window[0] <= LEVELS_A_MINUTE:
        return None
    return Finding("burst", window[1], {"levels_a_minute": window[0]})


def _no_pause(payments: Sequence[Payment]) -> Finding | None:
    """One level after another without the time to read the next one."""
    longest, run, last = 0, 0, None
    for before, payment in pairwise(payments):
        run = run + 1 if payment.at - before.at < PAUSE else 0
        if run >= PAUSES_MISSED:
            longest, last = max(longest, run), payment.at
    return None if last is None else Finding("no_pause", last, {"levels_without_a_pause": longest + 1})


def _seconds(attempt: Graded) -> float:
    return (attempt.graded_at - attempt.issued_at).total_seconds()


def _fullest(
    items: Sequence[T], at: Callable[[T], datetime], weight: Callable[[T], int]
) -> tuple[int, datetime] | None:
    """The greatest weight within a minute, and when its last item came; None of nothing."""
    return max(_windows(items, at, weight), default=None)


def _windows(
    items: Sequence[T], at: Callable[[T], datetime], weight: Callable[[T], int]
) -> Iterator[tuple[int, datetime]]:
    first, total = 0, 0
    for item in items:
        total += weight(item)
        while at(item) - at(items[first]) > MINUTE:
            total -= weight(items[first])
            first += 1
        yield total, at(item)
