"""What must hold: each invariant by the id that violations carry, which is always printed with its sentence."""

from __future__ import annotations

from dataclasses import dataclass

INVARIANTS = {
    "I0": "no 500, and no answer about another's request",
    "I1": "total_xp is the sum of the ledger",
    "I2": "a level pays once",
    "I2b": "a completed level and its ledger row exist together",
    "I3": "a level pays what its content version says",
    "I4": "totals stay within their bounds",
    "I5": "acknowledged is in the ledger once, refused is not, unknown at most once",
    "I6": "the total told with an award is the sum up to it",
    "I7": "one key, one answer",
    "I8": "nobody's own total goes back, and acknowledged XP is in the next answer",
    "I9": "no score in Redis is above its learner's total",
    "I10": "the leaderboard has PostgreSQL's members and scores",
    "I11": "ranks are 1 + the number of learners with more XP",
    "I12": "pages are PostgreSQL's",
    "I13": "the order is PostgreSQL's",
    "I14": "nobody is on the leaderboard who must not be",
    "I15": "no page is short or without a learner known to belong on it",
    "I16": "one rebuild at a time, and none is left behind",
    "I17": "no outbox row waits at rest",
    "I18": "streaks follow the learner's own days",
    "L0": "nobody waits longer for an answer than promised",
    "L1": "the leaderboard equals PostgreSQL soon after the last fault",
    "L2": "the service goes on while it can, and comes back by itself",
}


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant} ({INVARIANTS[self.invariant]}): {self.what}"
