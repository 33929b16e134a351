"""Which sessions count, known without asking: each worker's copy of what decides it, kept up by what changed.

A token counts if its account is an active learner's of the same generation and key, and was not logged out. Of each such
learner, a worker keeps eight bytes of a hash over id, generation and key, in the place of the id, and of each token that
was logged out three bits. What does not match may still count: then PostgreSQL is asked, as it is about admins.

Why nothing is missed: triggers record each change in `access_changes` with its transaction. A transaction that was open
when the changes were last read is not older than the horizon of that reading, and all since the horizon are read each
time. Some are read twice, which does no harm.

Why a restore is noticed: PostgreSQL's identity is read with the changes. Under another one, all is read anew.
"""

from __future__ import annotations

import hashlib
import struct
import time
from array import array
from collections.abc import Callable, Iterator

import structlog

from scout_os.core.access_tokens import Verified
from scout_os.core.jobs import repeat
from scout_os.core.postgres import Database

REFRESH_SECONDS = 1.0
FRESH_SECONDS = 4.0
"""So long after the last reading, nothing is known any more. With `REFRESH_SECONDS`, less than the 5 s that are promised."""
PLACES = 4096
"""Learners to a chunk of 32 KiB, and to a statement that reads them."""
MAX_CHUNKS = 2048
"""64 MiB: eight million learners, if their ids follow each other. About learners beyond, PostgreSQL is asked."""
READ_ALL_SECONDS = 43200.0
"""Less than changes are kept for. It also forgets the tokens that were logged out and have expired."""
MAX_CHANGES = 100_000
"""To a reading. After more, as when many learners were logged out while a worker could not read, all is read anew."""
FILTER_BITS = 2**23
"""One MiB. With half a million tokens logged out, one other token in 200 is asked about."""

_STATE = "board_identity() AS identity, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon"
_MARK = """CASE WHEN u.is_active AND u.role = 'learner' THEN
           substr(sha256(int8send(u.id) || int4send(u.token_generation) || coalesce(uuid_send(u.account_key), '')), 1, 8)
           END AS mark"""
_READ_CHANGES = f"""
SELECT s.identity, s.horizon, c.user_id, c.token_id, {_MARK}
  FROM (SELECT {_STATE}) s LEFT JOIN access_changes c ON c.xid >= $1 LEFT JOIN users u ON u.id = c.user_id
 LIMIT $2
"""
_READ_USERS = f"SELECT u.id, {_MARK} FROM users u WHERE u.id > $1 ORDER BY u.id LIMIT {PLACES}"
# The lowest ids are the oldest changes: a day on which everybody was logged out is not searched for older ones.
_FORGET = f"""
DELETE FROM access_changes WHERE id IN (
    SELECT id FROM access_changes
     WHERE id < (SELECT min(id) FROM access_changes) + {PLACES} AND noted_at < now() - interval '1 day'
       FOR UPDATE SKIP LOCKED
)
"""
_READ_REVOKED = f"SELECT token_id FROM revoked_tokens WHERE token_id > $1 ORDER BY token_id LIMIT {PLACES}"

log = structlog.get_logger(__name__)


class KnownSessions:
    """Knows of most sessions that count that they do. At first, and while PostgreSQL is away, of none."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._sessions: _Sessions | None = None
        self._horizon = 0
        self._fresh_until = self._read_all_at = 0.0
        self.readings = 0
        """How often changes were read. What was asked before the last reading may be older than it."""

    def has(self, token: Verified) -> bool:
        """Whether the token is known to count; if not, ask."""
        return self._sessions is not None and self._monotonic() < self._fresh_until and self._sessions.has(token)

    def learn(self, token: Verified, readings: int) -> None:
        """PostgreSQL was asked after so many `readings`, and said that the token counts, and is a learner's."""
        if self._sessions is not None and readings == self.readings and self._monotonic() < self._fresh_until:
            self._sessions.put(token.user_id, _mark_of(token))

    async def refresh(self) -> None:
        """Read what changed; at first, after a restore or too many changes, and twice a day, all. Raises `Unavailable`."""
        sessions, horizon = self._sessions, self._horizon
        if sessions is None or self._monotonic() - self._read_all_at > READ_ALL_SECONDS:
            sessions, horizon = await self._read_all()
        asked_at = self._monotonic()
        rows = await self._database.fetch(_READ_CHANGES, horizon, MAX_CHANGES + 1)
        if rows[0]["identity"] != sessions.identity or len(rows) > MAX_CHANGES:
            self._sessions = None
            return
        for row in rows:
            if row["token_id"] is not None:
                sessions.revoke(row["token_id"])
            elif row["user_id"] is not None:
                sessions.put(row["user_id"], _number(row["mark"]))
        self._sessions, self._horizon = sessions, rows[0]["horizon"]
        self._fresh_until = asked_at + FRESH_SECONDS
        self.readings += 1

    async def watch(self) -> None:
        """Follow the changes for ever."""
        await repeat(self.refresh, REFRESH_SECONDS, log, "sessions_not_refreshed")

    async def _read_all(self) -> tuple[_Sessions, int]:
        """All sessions, read in pieces, and the horizon since which changes are to be read. Old changes are deleted."""
        async with self._database.connection() as connection:
            while await connection.execute(_FORGET) != "DELETE 0":
                pass
        started_at = self._monotonic()
        state = await self._database.fetchrow(f"SELECT {_STATE}")
        assert state is not None  # noqa: S101 - it has no condition
        sessions = _Sessions(state["identity"])
        token_id = b""
        while tokens := await self._database.fetch(_READ_REVOKED, token_id):
            for row in tokens:
                sessions.revoke(token_id := row["token_id"])
        user_id = 0
        while users := await self._database.fetch(_READ_USERS, user_id):
            for row in users:
                sessions.put(user_id := row["id"], _number(row["mark"]))
        self._read_all_at = started_at
        return sessions, state["horizon"]


class _Sessions:
    """The sessions of the database `identity`."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self._marks: dict[int, array[int]] = {}
        """Chunk number → a mark, or 0, in each learner's place."""
        self._revoked = bytearray(FILTER_BITS // 8)

    def has(self, token: Verified) -> bool:
        chunk = self._marks.get(token.user_id // PLACES)
        if chunk is None or chunk[token.user_id % PLACES] != _mark_of(token):
            return False
        return not all(self._revoked[bit >> 3] >> (bit & 7) & 1 for bit in _bits(token.token_id))

    def put(self, user_id: int, mark: int) -> None:
        number, place = divmod(user_id, PLACES)
        chunk = self._marks.get(number)
        if chunk is None:
            if mark == 0 or len(self._marks) >= MAX_CHUNKS:
                return
            chunk = self._marks[number] = array("Q", bytes(8 * PLACES))
        chunk[place] = mark

    def revoke(self, token_id: bytes) -> None:
        for bit in _bits(token_id):
            self._revoked[bit >> 3] |= 1 << (bit & 7)


def _mark_of(token: Verified) -> int:
    key = token.account_key.bytes if token.account_key else b""
    return _number(hashlib.sha256(struct.pack(">qi", token.user_id, token.generation) + key).digest()[:8])


def _number(mark: bytes | None) -> int:
    return 0 if mark is None else int.from_bytes(mark)


def _bits(token_id: bytes) -> Iterator[int]:
    """The places of a token in the filter: a token's id is a digest, so its bytes are as good as random."""
    return (bit % FILTER_BITS for bit in struct.unpack_from(">3I", token_id))
