"""Sign-ups that are sent again with their idempotency key, because the answer was lost."""

from __future__ import annotations

import hmac

from scout_os.core.postgres import Database
from scout_os.core.problems import KeyReused
from scout_os.users.models import SignUp
from scout_os.users.problems import UsernameTaken


class SignUps:
    """Recognises sign-ups by keyed hashes of the idempotency key and of the request without its password.

    A plain hash of a password could be guessed, so `AuthService` compares it with the account's.
    """

    def __init__(self, database: Database, *, key: bytes) -> None:
        self._database = database
        self._key = hmac.digest(key, b"scout-os sign-ups", "sha256")

    def of(self, key: str, request: str) -> SignUp:
        return SignUp(self._digest(f"key {key}"), self._digest(f"request {request}"))

    async def check_repeated(self, sign_up: SignUp) -> None:
        """Return if this very request made an account; raises `UsernameTaken` for a new key, `KeyReused` for a used one."""
        request = await self._database.fetchval("SELECT request FROM sign_ups WHERE key = $1", sign_up.key)
        if request is None:
            raise UsernameTaken
        if request != sign_up.request:
            raise KeyReused

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")[:16]
