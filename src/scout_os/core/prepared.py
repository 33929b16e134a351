"""Large answers, compressed; those that are the same for everybody are made once, and sent only to who lacks them."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from fastapi import Response

from scout_os.core.edge import JSON_UTF8

MIN_COMPRESSED_BYTES = 1024
"""A shorter body fits into one packet anyway."""
QUICK_LEVEL = 4
"""For an answer that is sent once: 60 KB take half a millisecond, and are a twentieth larger than at the best level."""
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The answer that `If-None-Match` names is the present one."}
}
"""For `responses` of a route that answers with a `Prepared`."""
_REFUSED = re.compile(r"q=0(\.0*)?")


class Prepared:
    """A body with its headers; `also` is what else it stands for: where that differs, so does the tag."""

    def __init__(self, body: bytes, headers: Mapping[str, str], also: bytes = b"") -> None:
        self.body = body
        self._headers = headers
        # Weak, because it is one for all codings of the body.
        self.etag = f'W/"{hashlib.sha256(body + also).hexdigest()[:32]}"'

    def answer(self, if_none_match: str, accept_encoding: str) -> Response:
        """The body in the best coding that the request's headers accept; 304 if its sender has it."""
        headers = {"ETag": self.etag, "Vary": "Accept-Encoding", **self._headers}
        if is_known(self.etag, if_none_match):
            del headers["Content-Type"]
            return Response(status_code=304, headers=headers)
        body = self.body
        if len(body) >= MIN_COMPRESSED_BYTES and accepts("gzip", accept_encoding):
            body = self._gzip
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers)

    @cached_property
    def _gzip(self) -> bytes:
        return gzip.compress(self.body, mtime=0)


class PreparedJson(Prepared):
    """A JSON body, which browsers and shared caches may keep, but ask each time whether it is still the present one."""

    def __init__(self, body: bytes, also: bytes = b"") -> None:
        super().__init__(body, {"Content-Type": JSON_UTF8.decode(), "Cache-Control": "no-cache"}, also)


def compressed_json(body: bytes, accept_encoding: str, status: int = 200) -> Response:
    """A JSON answer that is made for one request."""
    headers = {"Content-Type": JSON_UTF8.decode(), "Vary": "Accept-Encoding"}
    if len(body) >= MIN_COMPRESSED_BYTES and accepts("gzip", accept_encoding):
        body = gzip.compress(body, QUICK_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status, headers=headers)


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether an `If-None-Match` names `etag`. Weak and strong tags are alike, as RFC 9110, section 13.1.2, wants it."""
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return not known.isdisjoint({etag.removeprefix("W/"), "*"})


def accepts(coding: str, accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` allows `coding`, by name or by `*` (RFC 9110, section 12.5.3)."""
    weights: dict[str, bool] = {}
    for item in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weights[name] = not any(_REFUSED.fullmatch(part) for part in parameters)
    return weights.get(coding, weights.get("*", False))
