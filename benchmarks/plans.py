"""What a load generator is told, and what it tells; both travel as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.latency import Latencies, merged

SUBMIT = "/api/v1/training/progress/submit"
PAID = "200"
UNPAID = "200 unpaid"
"""An attempt that was answered but earned nothing: the benchmark asked for something else than it meant to."""
LOST = "lost"
REFUSED = "503"
UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests to send. Number `i` asks for path `i % paths` with token `i % tokens`, both counted from `first`.

    Awards are counted by themselves, from `first_award`: number `a` has token `a % tokens` and a body that its learner has
    not sent before: the one after those that the learner had done (`Learners.done`) and the `a // tokens` sent since.

    Without a `rate` each connection asks again as soon as it is answered; with one, requests fall due at random
    moments, so many a second, whatever becomes of those before them, and latency counts from that moment.
    """

    url: str
    paths: Sequence[str]
    tokens: str
    """A file, one token a line, and how many of `bodies` its learner has done (none if it does not say)."""
    seconds: float
    bodies: Sequence[str] = ()
    """Of awards: what is sent to `SUBMIT`."""
    first: int = 0
    first_award: int = 0
    key: str | None = None
    """The secret that signs tokens: with it, each request shows a token that nobody has seen before."""
    idempotent: bool = False
    """Each award carries an `Idempotency-Key`, as the app's do."""
    connections: int = 64
    rate: float | None = None
    seed: int = 1
    patience: float = 10.0
    """How long, after the last request, the answers are waited for."""

    @property
    def has_awards(self) -> bool:
        return SUBMIT in self.paths

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Plan:
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan of so many `seconds`."""

    asked: int
    awards: int
    """So many of them."""
    seconds: float
    in_time: int
    """Good answers within `seconds`. Throughput counts no others, lest one late answer make a whole run look slow."""
    latencies: Mapping[str, Latencies] = field(default_factory=dict)
    """By outcome: the status, `UNPAID`, `LOST` or `UNANSWERED`."""
    lag: float = 0.0
    """99 % of the requests that had a free connection were sent within this time of falling due."""
    cpu: float = 0.0
    """What the generator itself used."""

    def count(self, outcome: str = PAID) -> int:
        return self.latencies[outcome].buckets.total() if outcome in self.latencies else 0

    @property
    def good(self) -> int:
        return self.count(PAID)

    @property
    def bad(self) -> dict[str, int]:
        return {outcome: self.count(outcome) for outcome in self.latencies if outcome != PAID}

    @property
    def throughput(self) -> float:
        return self.in_time / self.seconds

    def quantile(self, share: float, outcome: str = PAID) -> float:
        return self.latencies.get(outcome, Latencies()).quantile(share)

    def to_line(self) -> str:
        latencies = {outcome: dict(kept.buckets) for outcome, kept in self.latencies.items()}
        return json.dumps({**asdict(self), "latencies": latencies}) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Result:
        told: dict[str, Any] = json.loads(line)
        latencies = {
            outcome: Latencies({int(bucket): count for bucket, count in buckets.items()})
            for outcome, buckets in told.pop("latencies").items()
        }
        return cls(**told, latencies=latencies)


def together(results: Sequence[Result]) -> Result:
    """The result of several generators that worked at the same time."""
    outcomes = {outcome for result in results for outcome in result.latencies}
    return Result(
        asked=sum(result.asked for result in results),
        awards=sum(result.awards for result in results),
        seconds=max(result.seconds for result in results),
        in_time=sum(result.in_time for result in results),
        latencies={
            outcome: merged(result.latencies[outcome] for result in results if outcome in result.latencies)
            for outcome in outcomes
        },
        lag=max(result.lag for result in results),
        cpu=sum(result.cpu for result in results),
    )
