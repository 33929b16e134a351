"""Answers that the server gives itself, because the application did not see the request or did not answer."""

from __future__ import annotations

import json
from http import HTTPStatus

from scout_os.core.bulkhead import Overloaded
from scout_os.core.edge import JSON_UTF8, header_lines
from scout_os.core.problems import Problem, Unavailable, problem_body

STATUS_LINES = {int(status): f"HTTP/1.1 {status} {status.phrase}".encode() for status in HTTPStatus}
_CLOSE = b"connection: close\r\n\r\n"


class ServerAnswer:
    """An error, in the one shape. It is made once: refusals must stay cheap."""

    def __init__(self, status: int, code: str, detail: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self._body = json.dumps(problem_body(code, status, detail)).encode()
        own = ((b"content-type", JSON_UTF8), (b"content-length", b"%d" % len(self._body)), *headers)
        self._head = STATUS_LINES[status] + b"\r\n" + header_lines(own)

    def to_bytes(self, lines: bytes, *, keep_alive: bool = False, with_body: bool = True) -> bytes:
        """The bytes of the answer, with these further `lines` in its head."""
        return b"".join((self._head, lines, b"\r\n" if keep_alive else _CLOSE, self._body if with_body else b""))


BAD_REQUEST = ServerAnswer(400, "bad_request", "The request is not valid HTTP.")
HEAD_TOO_LARGE = ServerAnswer(431, "head_too_large", "The request's head is too long.")
TOO_SLOW = ServerAnswer(408, "request_too_slow", "The request did not arrive in time.")
FAILED = ServerAnswer(Problem.status, Problem.code, Problem.detail)
_SOON = ((b"retry-after", b"1"),)
OVERLOADED = ServerAnswer(Overloaded.status, Overloaded.code, Overloaded.detail, _SOON)
ENDING = ServerAnswer(Unavailable.status, Unavailable.code, Unavailable.detail, _SOON)
"""Whether the request was done is unknown."""
