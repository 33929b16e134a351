"""Addresses from which accounts logged in. Guesses from elsewhere lock nobody out there."""

from __future__ import annotations

import contextlib
import hmac
from dataclasses import dataclass

from scout_os.core.postgres import Database
from scout_os.core.problems import Unavailable

MOST = 50
"""Addresses of one account; a new one replaces the one that was not used for the longest time."""

_IS_KNOWN = "SELECT EXISTS (SELECT FROM known_addresses WHERE pair = $1 AND seen_at > now() - interval '30 days')"

# Each change deletes some outdated rows, so the table holds about a month of addresses. The lock waits for an erasure in
# progress, so that nothing is stored about an erased user. A lock is a write: a row that stays gets none.
_REMEMBER = f"""
WITH outdated AS (
    DELETE FROM known_addresses WHERE pair IN (
        SELECT pair FROM known_addresses WHERE seen_at < now() - interval '30 days' AND pair <> $1
         ORDER BY seen_at LIMIT 10 FOR UPDATE SKIP LOCKED
    )
), surplus AS (
    DELETE FROM known_addresses WHERE pair IN (
        SELECT pair FROM known_addresses WHERE pair IN (
            SELECT pair FROM known_addresses WHERE user_id = $2 AND pair <> $1 ORDER BY seen_at DESC OFFSET {MOST - 1}
        ) FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO known_addresses (pair, user_id)
SELECT $1, id FROM users
 WHERE id = $2 AND is_active
   AND NOT EXISTS (SELECT FROM known_addresses WHERE pair = $1 AND user_id = $2 AND seen_at >= now() - interval '1 day')
   FOR KEY SHARE
    ON CONFLICT (pair) DO UPDATE SET seen_at = now(), user_id = excluded.user_id
"""


@dataclass(frozen=True, slots=True)
class AccountAddress:
    """An account and an address."""

    address: str
    account: str
    """A keyed hash of the username: somebody who reads Redis must not find out who logged in, even by guessing."""
    digest: bytes
    """A keyed hash of both."""


class KnownAddresses:
    """Known addresses in PostgreSQL, so that no worker and no flush of Redis forgets them."""

    def __init__(self, database: Database, *, key: bytes) -> None:
        self._database = database
        self._key = hmac.digest(key, b"scout-os throttle", "sha256")

    def of(self, username: str, address: str) -> AccountAddress:
        account = self._digest(username).hex()
        return AccountAddress(address, account, self._digest(f"{account} {address}"))

    async def is_known(self, pair: AccountAddress) -> bool:
        """Whether the account logged in from there within a month."""
        return bool(await self._database.fetchval(_IS_KNOWN, pair.digest))

    async def remember(self, pair: AccountAddress, user_id: int) -> None:
        """Remember a successful login. An error here never fails the login."""
        with contextlib.suppress(Unavailable):
            async with self._database.connection() as connection:
                await connection.execute(_REMEMBER, pair.digest, user_id)

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")[:12]
