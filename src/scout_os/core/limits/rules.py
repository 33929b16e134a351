"""What a limit is, and the usual ones of every route. A feature's own limits stand beside the feature.

They are wide: they stop machines, not classrooms behind one address.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Rule:
    """So many at once, and as many again in each `seconds`, spread evenly."""

    name: str
    burst: int
    seconds: float

    @property
    def interval(self) -> float:
        """Seconds until one more is allowed."""
        return self.seconds / self.burst


# By learner.
READ = Rule("read", 2400, MINUTE)
WRITE = Rule("write", 300, MINUTE)

# By address, for requests without a token. A school has one address.
OPEN_READ = Rule("open-read", 12_000, MINUTE)
OPEN_WRITE = Rule("open-write", 600, MINUTE)
