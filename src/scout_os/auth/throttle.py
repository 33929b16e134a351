"""How often passwords may be tried, and accounts made."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from scout_os.auth.problems import WrongPassword
from scout_os.core.limits.buckets import Claim
from scout_os.core.limits.limits import Limits
from scout_os.core.limits.rules import (
    DAY,
    LOGIN_BY_ACCOUNT,
    LOGIN_BY_ACCOUNT_A_DAY,
    LOGIN_BY_ADDRESS,
    LOGIN_BY_KNOWN_ADDRESS,
    PASSWORD,
    REGISTER,
)
from scout_os.core.problems import Unauthenticated

KNOWN_SECONDS = 30 * DAY


class Throttle:
    """Counts wrong passwords by address and by account, whether or not there is such an account.

    An account under attack from elsewhere stays open to the addresses from which it was logged in to before.
    """

    def __init__(self, limits: Limits, *, key: bytes) -> None:
        self._limits = limits
        self._key = hmac.digest(key, b"scout-os throttle", "sha256")

    @asynccontextmanager
    async def login(self, username: str, address: str) -> AsyncIterator[None]:
        """Around the check of a password: a right one, and a check that could not be made, do not count."""
        account = self._digest(username)
        known = self._digest(f"{account} {address}")
        claims = [(LOGIN_BY_ADDRESS, address)]
        if await self._limits.is_remembered(f"known:{known}"):
            claims.append((LOGIN_BY_KNOWN_ADDRESS, known))
        else:
            claims += [(LOGIN_BY_ACCOUNT, account), (LOGIN_BY_ACCOUNT_A_DAY, account)]
        async with self._trying(claims, Unauthenticated):
            yield
        await self._limits.remember(f"known:{known}", KNOWN_SECONDS)

    @asynccontextmanager
    async def old_password(self, user_id: int) -> AsyncIterator[None]:
        """Around the check of the password of somebody who is signed in."""
        async with self._trying([(PASSWORD, str(user_id))], WrongPassword):
            yield

    @asynccontextmanager
    async def sign_in(self, address: str) -> AsyncIterator[None]:
        """Around the check of what another says of somebody."""
        async with self._trying([(LOGIN_BY_ADDRESS, address)], Unauthenticated):
            yield

    async def registration(self, address: str) -> None:
        """Before an account is made."""
        await self._limits.take([(REGISTER, address)])

    @asynccontextmanager
    async def _trying(self, claims: Sequence[Claim], wrong: type[Exception]) -> AsyncIterator[None]:
        """What ends in `wrong` counts; what ends well, or could not be looked at, does not."""
        await self._limits.take(claims)
        try:
            yield
        except wrong:
            raise
        except BaseException:
            await self._limits.give_back(claims)
            raise
        await self._limits.give_back(claims)

    def _digest(self, text: str) -> str:
        """Redis need not know who logs in, nor may whoever reads it find out by guessing: marks outlive an account."""
        return hmac.new(self._key, text.encode(), "sha256").hexdigest()[:24]
