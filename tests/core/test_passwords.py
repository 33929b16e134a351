"""Passwords, where the machine is short of what their hashes need."""

from __future__ import annotations

import pytest

from scout_os.core.bulkhead import Overloaded
from scout_os.core.passwords import Passwords

TOO_LARGE = "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$UMFRA8Q4JqYGtDYlPsXmCwIZo2ZIRkFbHSC0tPJkxlw"
"""A hash that needs 4 TiB of memory."""


async def test_a_password_that_cannot_be_checked_is_not_called_wrong() -> None:
    """Without memory for the hash the answer is to try again: a right password must not count as a guess."""
    passwords = Passwords()
    try:
        with pytest.raises(Overloaded):
            await passwords.verify(TOO_LARGE, "right")
        assert not await passwords.verify("no hash", "right")
        assert await passwords.verify(await passwords.hash("right"), "right")
    finally:
        passwords.close()


async def test_who_still_waits_for_a_hash_when_the_service_ends_is_told_to_try_again() -> None:
    """Threads that have ended are no error of ours, and no wrong password."""
    passwords = Passwords()
    passwords.close()
    with pytest.raises(Overloaded):
        await passwords.verify(None, "right")
    with pytest.raises(Overloaded):
        await passwords.hash("right")
