"""Who is asking: the user id comes from a valid token of an active user, and from nowhere else."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Literal, NamedTuple, Protocol

from starlette.types import Scope

from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.clock import Clock
from scout_os.core.problems import Unauthenticated, Unavailable

Role = Literal["learner", "admin"]
ACCESS_SECONDS = 2.0
"""How long a worker may go on believing what it read of a user's role and state."""
MAX_REMEMBERED = 20_000
"""Tokens to a worker: one takes nearly a kilobyte here, and to check it again a hundredth of a millisecond."""
_ASKER = "scout_os.asker"
"""Where a request's scope keeps what its token says."""


class Identity(NamedTuple):
    """An active user who showed a valid token."""

    user_id: int
    role: Role
    token: Verified


class Known(Protocol):
    """Sessions that are known to count, and are learners'."""

    readings: int

    def has(self, token: Verified) -> bool:
        """Whether the token is known to count."""

    def learn(self, token: Verified, readings: int) -> None:
        """It counted when it was asked about, after so many `readings`."""


def bearer_token(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The bearer token of a request's first `Authorization` header: the scheme in any case, spaces around it allowed."""
    for name, value in headers:
        if name == b"authorization":
            words = value.split(maxsplit=1)
            return words[1].rstrip().decode("latin-1") if len(words) > 1 and words[0].lower() == b"bearer" else None
    return None


class Authenticator:
    """Turns a bearer token into an identity.

    Most tokens are `known` to count. About others, `find_role` tells the role of the active user behind a token, and None
    for one who is unknown, disabled or deleted, or who logged out; its answers are believed for `ACCESS_SECONDS`.
    """

    def __init__(
        self,
        *,
        tokens: Tokens,
        clock: Clock,
        known: Known,
        find_role: Callable[[Verified], Awaitable[Role | None]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._verified: dict[str, Verified] = {}
        self._known = known
        self._find_role = find_role
        self._monotonic = monotonic
        self._remembered: dict[bytes, tuple[float, Role]] = {}
        """By the token's id."""

    def find_asker(self, scope: Scope) -> Verified | None:
        """What the token of a request says; None without a valid one. It is read once for each request."""
        if _ASKER not in scope:
            scope[_ASKER] = None
            with suppress(Unauthenticated):
                scope[_ASKER] = self.read_token(bearer_token(scope["headers"]))
        asker: Verified | None = scope[_ASKER]
        return asker

    async def identify(self, asker: Verified | None) -> Identity:
        """The identity of who asks; raises `Unauthenticated`, or `Unavailable` when PostgreSQL cannot say."""
        if asker is None:
            raise Unauthenticated
        return await self.confirm(asker)

    async def confirm(self, verified: Verified) -> Identity:
        """Whose session it is, if it still counts. Raises as `identify` does."""
        if self._known.has(verified):
            return Identity(verified.user_id, "learner", verified)
        return await self._ask(verified)

    async def identify_admin(self, asker: Verified | None) -> Identity:
        """As `identify`, for what only admins may do: who became one a moment ago may still be `known` as a learner."""
        if asker is None:
            raise Unauthenticated
        return await self._ask(asker)

    async def _ask(self, verified: Verified) -> Identity:
        now = self._monotonic()
        remembered = self._remembered.get(verified.token_id)
        if remembered is not None and remembered[0] > now:
            return Identity(verified.user_id, remembered[1], verified)
        readings = self._known.readings
        role = await self._find_role(verified)
        if role is None:
            self._remembered.pop(verified.token_id, None)
            raise Unauthenticated
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[verified.token_id] = (now + ACCESS_SECONDS, role)
        if role == "learner":
            self._known.learn(verified, readings)
        return Identity(verified.user_id, role, verified)

    def read_token(self, token: str | None) -> Verified:
        """What a valid token says, without asking whether it and its user still count. Raises `Unauthenticated`.

        A token's signature is checked once; until it expires, the same text is as good.
        """
        if token is None:
            raise Unauthenticated
        known = self._verified.get(token)
        if known is not None and known.valid_until > self._clock.now().timestamp():
            return known
        verified = self._tokens.verify(token)
        if len(self._verified) >= MAX_REMEMBERED:
            self._verified.clear()
        self._verified[token] = verified
        return verified

    async def trust(self, verified: Verified) -> Verified:
        """`verified`, if the session still counts. Raises `Unauthenticated`.

        While PostgreSQL cannot say whether the user is still active, the token's own word is taken.
        """
        with suppress(Unavailable):
            await self.confirm(verified)
        return verified

    async def identify_optional(self, asker: Verified | None) -> Identity | None:
        """The identity of who asks, where the token is optional: a bad one counts as none."""
        if asker is None:
            return None
        try:
            return await self.confirm(asker)
        except Unauthenticated:
            return None
        except Unavailable:
            # What is open to everybody needs no more than the token's own word on who is asking.
            return Identity(asker.user_id, "learner", asker)
