"""Which other origins' scripts may read answers, decided once for the application and the server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]

ALLOWED = b"Authorization, Content-Type, Idempotency-Key, If-None-Match, If-Range, Last-Event-ID, X-Request-ID"
"""Request headers that routes read, besides those that every script may send."""
EXPOSED = b"Content-Disposition, ETag, Idempotent-Replayed, Retry-After, Time-Seal, X-Request-ID"
"""Response headers that scripts need, besides those that every script may read."""
_VARY = (b"vary", b"Origin")
_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", ALLOWED),
    (b"access-control-max-age", b"7200"),  # as long as any browser remembers
)


class Cors:
    """Allows the scripts of `origins` (`*`: of all), and nobody's cookies."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def headers(self, request_headers: RawHeaders) -> list[tuple[bytes, bytes]]:
        """The headers of an answer to this origin."""
        if not self._origins:
            return []
        origin = self._allowed(request_headers)
        if origin is None:
            return [_VARY]  # a cache must not give this answer to an origin that is allowed
        return [_VARY, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED)]

    def preflight(self, method: str, request_headers: RawHeaders) -> tuple[tuple[bytes, bytes], ...] | None:
        """Further headers of the answer to a preflight; None if it is no preflight of an allowed origin."""
        if method != "OPTIONS" or not any(name == b"access-control-request-method" for name, _ in request_headers):
            return None
        return None if self._allowed(request_headers) is None else _PREFLIGHT

    def _allowed(self, request_headers: RawHeaders) -> bytes | None:
        for name, value in request_headers:
            if name == b"origin":
                return value if value in self._origins or b"*" in self._origins else None
        return None
