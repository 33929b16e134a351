"""Pure rules of what looks like cheating.

How long a lesson took is not the client's to say: installed clients always report 0 seconds. When a late one was done
is, within bounds (`training.rules.believed_done_at`). The limits fit this release's pack, whose levels have five questions
and pay 10 to 40 XP. They are generous, because every flag costs an operator's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from scout_os.reviews.models import Finding, Graded, Kind, Payment, Traces

MINUTE = timedelta(minutes=1)
SECONDS_A_QUESTION = 1.0
"""Nobody reads a question, decides and taps faster."""
XP_A_MINUTE = 200
LEVELS_A_MINUTE = 7
"""More than a level every nine seconds."""
PAUSE = timedelta(seconds=2)
PAUSES_MISSED = 3
"""A retry after a lost answer may follow another level at once; three such levels in a row are a program."""
ATTEMPTS_A_MINUTE = 12


def review(traces: Traces) -> list[Finding]:
    """All that is suspicious about the traces: at most one finding of a kind, the worst."""
    attempts = [(attempt.at, attempt.graded_at, 1) for attempt in traces.graded]
    payments = [(payment.at, payment.received_at, payment.xp) for payment in traces.payments]
    levels = [(payment.at, payment.received_at, 1) for payment in traces.payments]
    found = [
        _too_fast(traces.graded),
        _too_much("guessing", "attempts_a_minute", ATTEMPTS_A_MINUTE, attempts),
        _too_much("xp_rate", "xp_a_minute", XP_A_MINUTE, payments),
        _too_much("burst", "levels_a_minute", LEVELS_A_MINUTE, levels),
        _no_pause(traces.payments),
    ]
    return [finding for finding in found if finding is not None]


def _too_fast(graded: Sequence[Graded]) -> Finding | None:
    """Passed in less time than reading takes, by this service's own clock."""
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


def _too_much(kind: Kind, figure: str, most: int, items: Sequence[tuple[datetime, datetime, int]]) -> Finding | None:
    """More than `most` in some minute: the greatest sum of amounts, and when its last item was received."""
    if not items:
        return None
    amount, at = max(_minutes(items))
    return Finding(kind, at, {figure: amount}) if amount > most else None


def _no_pause(payments: Sequence[Payment]) -> Finding | None:
    """Levels in a row without the time to read the next one."""
    longest, run, last = 0, 0, None
    for before, payment in pairwise(payments):
        run = run + 1 if payment.at - before.at < PAUSE else 0
        if run >= PAUSES_MISSED:
            longest, last = max(longest, run), payment.received_at
    return None if last is None else Finding("no_pause", last, {"levels_without_a_pause": longest + 1})


def _seconds(attempt: Graded) -> float:
    return (attempt.at - attempt.issued_at).total_seconds()


def _minutes(items: Sequence[tuple[datetime, datetime, int]]) -> Iterator[tuple[int, datetime]]:
    """For each item: the sum of amounts in the minute that ends with it, and when it was received."""
    first, total = 0, 0
    for at, received_at, amount in items:
        total += amount
        while at - items[first][0] > MINUTE:
            total -= items[first][2]
            first += 1
        yield total, received_at
