"""The limits themselves. They are wide: they stop machines, not classrooms behind one address."""

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
SUBMIT = Rule("submit", 1200, MINUTE)
READ = Rule("read", 2400, MINUTE)
WRITE = Rule("write", 300, MINUTE)
AVATAR = Rule("avatar", 20, HOUR)

# By address, for requests without a token. A school has one address.
OPEN_READ = Rule("open-read", 12_000, MINUTE)
OPEN_WRITE = Rule("open-write", 600, MINUTE)
REGISTER = Rule("register", 1000, HOUR)

# Wrong passwords alone count; right ones are given back.
LOGIN_BY_ADDRESS = Rule("login-address", 30, MINUTE)
LOGIN_BY_ACCOUNT = Rule("login-account", 10, 15 * MINUTE)
LOGIN_BY_ACCOUNT_A_DAY = Rule("login-account-day", 100, DAY)
LOGIN_BY_KNOWN_ADDRESS = Rule("login-known", 10, 15 * MINUTE)
"""For an account from an address from which it was logged in to before: no stranger can use this one up."""
PASSWORD = Rule("password", 10, 15 * MINUTE)
