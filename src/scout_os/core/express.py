"""The express lane: the hottest requests, answered without the framework's cost per request.

It only ever does what the framework's route would have done: whatever is unusual about a request (no token, a body that is
not valid, an odd header) is handed on untouched, and the route says what is wrong with it. Measured: docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_os.core.body_limit import MAX_BODY_BYTES
from scout_os.core.hardening import IN_THE_API
from scout_os.core.problems import Problem, problem_body

JSON_TYPE = "application/json; charset=utf-8"
_LENGTH_DIGITS = 4
"""Bodies that need more digits for their length are not for the lane: `BodyLimit` sees to them."""
_USUAL = [(b"content-type", JSON_TYPE.encode()), *IN_THE_API.items()]
"""No middleware sees these answers, so they bring the headers of `Hardening` with them."""


OpenServices: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class ExpressRequest:
    """What a lane may look at."""

    token: str | None
    query: bytes
    body: bytes
    headers: list[tuple[bytes, bytes]]
    address: str = ""
    """Of whoever asks, as the connection has it."""

    def header(self, name: bytes) -> str | None:
        """The header `name` (lower case); None if there is none."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class ExpressAnswer:
    """A body of JSON for status 200."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


Lane: TypeAlias = Callable[[OpenServices, ExpressRequest], Awaitable[ExpressAnswer | None]]
"""Takes the open services and the request. None: the framework's route shall see to it; nothing was done."""
Lanes: TypeAlias = Mapping[tuple[str, str], Lane]
"""By method and path."""


class Express:
    """ASGI middleware: answers what has a lane, by method and exact path; all else goes on to the application."""

    def __init__(self, app: ASGIApp, lanes: Lanes) -> None:
        self._app = app
        self._lanes = lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lane = self._lanes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        services = scope["app"].state.services if lane is not None else None
        if lane is None or services is None:
            await self._app(scope, receive, send)
            return
        if _announces_too_much(scope):
            await self._app(scope, receive, send)
            return
        first = await receive()
        request = _read(scope, first)
        try:
            answer = await lane(services, request) if request is not None else None
        except Problem as problem:
            body = problem_body(problem.code, problem.status, problem.detail, problem.errors)
            refusal = JSONResponse(body, problem.status, headers=problem.headers, media_type=JSON_TYPE)
            refusal.raw_headers += IN_THE_API.items()
            await refusal(scope, receive, send)
            return
        if answer is None:
            await self._app(scope, _again(first, receive), send)
            return
        length = (b"content-length", str(len(answer.body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*_USUAL, length, *answer.headers]})
        await send({"type": "http.response.body", "body": answer.body})


def _announces_too_much(scope: Scope) -> bool:
    """Whether the body is to be refused unread."""
    return any(name == b"content-length" and len(value) > _LENGTH_DIGITS for name, value in scope["headers"])


def _read(scope: Scope, message: Message) -> ExpressRequest | None:
    """The request if all of it came in one message and nothing about it is unusual."""
    body: bytes = message.get("body", b"")
    if message["type"] != "http.request" or message.get("more_body") or len(body) > MAX_BODY_BYTES:
        return None  # a chunked body announces no length, and may come in one message
    token = None
    is_json = not body
    for name, value in scope["headers"]:
        if name == b"authorization":
            if token is not None or not value.startswith(b"Bearer "):
                return None
            token = value[7:].decode("latin-1")
        elif name == b"content-type":
            is_json = value.split(b";")[0].strip() == b"application/json"
    if body and not is_json:
        return None
    client = scope.get("client")
    return ExpressRequest(token, scope["query_string"], body, scope["headers"], client[0] if client else "")


def _again(first: Message, receive: Receive) -> Receive:
    """`receive`, beginning with a message that was taken already."""
    taken = False

    async def receive_again() -> Message:
        nonlocal taken
        if taken:
            return await receive()
        taken = True
        return first

    return receive_again
