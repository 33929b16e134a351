"""Tickets to the stream, for browsers' event sources: they cannot send a header, and a token must not be in an address.

A ticket is sealed, so nothing is stored. It names a session, opens the stream for a minute, and nothing else.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta

from pydantic import TypeAdapter

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.core.problems import Unauthenticated
from scout_os.core.seals import Seals

LIFETIME = timedelta(seconds=60)
"""Short, because logs and histories keep addresses; a page opens the stream at once."""
MAX_CHARS = 1024
PURPOSE = b"scout-os stream tickets"
_SEAL_BYTES = 32
_VERIFIED = TypeAdapter(Verified)


class TicketOver(Exception):
    """The ticket has expired or its session has ended, or it never was one."""


class Tickets:
    """`confirm` raises `Unauthenticated` if a session does not count any more."""

    def __init__(self, seals: Seals, clock: Clock, confirm: Callable[[Verified], Awaitable[object]]) -> None:
        self._seals = seals
        self._clock = clock
        self._confirm = confirm

    def issue(self, holder: Verified) -> str:
        session = {**asdict(holder), "token_id": holder.token_id.hex()}
        ends_at = (self._clock.now() + LIFETIME).timestamp()
        content = json.dumps([ends_at, session], default=str, separators=(",", ":")).encode()
        return urlsafe_b64encode(self._seals.seal(content) + content).rstrip(b"=").decode()

    async def redeem(self, ticket: str) -> Verified:
        """The session that `ticket` was issued to. Raises `TicketOver`."""
        try:
            sealed = b64decode(ticket + "=" * (-len(ticket) % 4), altchars=b"-_", validate=True)
            seal, content = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
            if len(seal) < _SEAL_BYTES or not self._seals.fits(seal, content):
                raise TicketOver
            ends_at, session = json.loads(content)
            holder = _VERIFIED.validate_python({**session, "token_id": bytes.fromhex(session["token_id"])})
        except ValueError as error:  # another release may know other fields of a session
            raise TicketOver from error
        now = self._clock.now().timestamp()
        if now >= ends_at or now >= holder.valid_until:
            raise TicketOver
        try:
            await self._confirm(holder)
        except Unauthenticated as error:
            raise TicketOver from error
        return holder
