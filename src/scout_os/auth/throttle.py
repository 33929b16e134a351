"""Limits wrong passwords and registrations."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from scout_os.auth.known_addresses import AccountAddress
from scout_os.auth.problems import CodeInvalid, WrongPassword
from scout_os.core.limits.limits import Limits
from scout_os.core.limits.rules import DAY, HOUR, MINUTE, Rule
from scout_os.core.limits.tries import Tries
from scout_os.core.problems import Unauthenticated

REGISTER = Rule("register", 1000, HOUR)
"""By address. A school has one."""
LOGIN_BY_ADDRESS = Rule("login-address", 30, MINUTE)
LOGIN_BY_ACCOUNT = Rule("login-account", 10, 15 * MINUTE)
LOGIN_BY_ACCOUNT_A_DAY = Rule("login-account-day", 100, DAY)
LOGIN_BY_KNOWN_ADDRESS = Rule("login-known", 10, 15 * MINUTE)
"""For an account, from an address from which it logged in before. Nobody else can use it up."""
PASSWORD = Rule("password", 10, 15 * MINUTE)
"""For a token whose holder confirms an action with the password. A thief cannot use up those of the owner's next token."""

CODE = Rule("code", 10, 15 * MINUTE)
"""For an account, from one address, so that nobody else can use it up."""


class Throttle:
    """Counts wrong passwords by address and by account, whether or not the account exists. Right ones do not count."""

    def __init__(self, *, limits: Limits, tries: Tries) -> None:
        self._limits = limits
        self._tries = tries

    def login(self, pair: AccountAddress, *, is_known: bool) -> AbstractAsyncContextManager[None]:
        """Wraps the check of a password. At a known address, only wrong passwords from there can lock the account out."""
        by_address = [(LOGIN_BY_ADDRESS, pair.address)]
        if is_known:
            own = [(LOGIN_BY_KNOWN_ADDRESS, pair.digest.hex())]
            return self._tries.attempt(own, Unauthenticated, also_charged=by_address)
        by_account = [(LOGIN_BY_ACCOUNT, pair.account), (LOGIN_BY_ACCOUNT_A_DAY, pair.account)]
        return self._tries.attempt([*by_address, *by_account], Unauthenticated)

    def old_password(self, token_id: bytes) -> AbstractAsyncContextManager[None]:
        """Wraps the check of a signed-in user's password."""
        return self._tries.attempt([(PASSWORD, token_id.hex())], WrongPassword)

    def code(self, pair: AccountAddress) -> AbstractAsyncContextManager[None]:
        """Wraps the check of a one-time code."""
        by_address = [(LOGIN_BY_ADDRESS, pair.address)]
        return self._tries.attempt([(CODE, pair.digest.hex())], CodeInvalid, also_charged=by_address)

    async def registration(self, address: str) -> None:
        """Call before an account is created."""
        await self._limits.take([(REGISTER, address)])
