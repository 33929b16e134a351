"""Limits password attempts and registrations."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from scout_os.auth.problems import CodeInvalid, WrongPassword
from scout_os.core.limits.buckets import Claim
from scout_os.core.limits.limits import Limits
from scout_os.core.limits.rules import DAY, HOUR, MINUTE, Rule
from scout_os.core.problems import Unauthenticated

REGISTER = Rule("register", 1000, HOUR)
"""By address. A school has one."""
# Only wrong passwords count; right ones are given back.
LOGIN_BY_ADDRESS = Rule("login-address", 30, MINUTE)
LOGIN_BY_ACCOUNT = Rule("login-account", 10, 15 * MINUTE)
LOGIN_BY_ACCOUNT_A_DAY = Rule("login-account-day", 100, DAY)
LOGIN_BY_KNOWN_ADDRESS = Rule("login-known", 10, 15 * MINUTE)
"""For an account, from an address from which it logged in before. Nobody elsewhere can use it up."""
PASSWORD = Rule("password", 10, 15 * MINUTE)
"""For a learner who confirms an action with the password."""
CODE = Rule("code", 10, 15 * MINUTE)
"""For an account, from one address, so that nobody elsewhere can use it up. `LOGIN_BY_ADDRESS` counts wrong codes too."""
KNOWN_SECONDS = 30 * DAY


class Throttle:
    """Counts wrong passwords by address and by account, whether or not the account exists.

    Addresses from which an account was logged in to before can still log in while others attack it.
    """

    def __init__(self, limits: Limits, *, key: bytes) -> None:
        self._limits = limits
        self._key = hmac.digest(key, b"scout-os throttle", "sha256")

    @asynccontextmanager
    async def login(self, username: str, address: str) -> AsyncIterator[None]:
        """Wraps the check of a password. A right password does not count, nor does a check that fails for another reason."""
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

    def old_password(self, user_id: int) -> AbstractAsyncContextManager[None]:
        """Wraps the check of a signed-in user's password."""
        return self._trying([(PASSWORD, str(user_id))], WrongPassword)

    def code(self, username: str, address: str) -> AbstractAsyncContextManager[None]:
        """Wraps the check of a one-time code."""
        claims = [(LOGIN_BY_ADDRESS, address), (CODE, self._digest(f"code {username} {address}"))]
        return self._trying(claims, CodeInvalid)

    def sign_in(self, address: str) -> AbstractAsyncContextManager[None]:
        """Wraps the check of an ID token."""
        return self._trying([(LOGIN_BY_ADDRESS, address)], Unauthenticated)

    async def registration(self, address: str) -> None:
        """Call before an account is created."""
        await self._limits.take([(REGISTER, address)])

    @asynccontextmanager
    async def _trying(self, claims: Sequence[Claim], wrong: type[Exception]) -> AsyncIterator[None]:
        """Take `claims`; give them back unless the block raises `wrong`."""
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
        """A keyed hash: somebody who reads Redis must not find out who logged in, even by guessing."""
        return hmac.new(self._key, text.encode(), "sha256").hexdigest()[:24]
