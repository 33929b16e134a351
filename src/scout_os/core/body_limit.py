"""Request bodies have a bound, and going over it is answered in the one shape of errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_os.core.problems import problem_body

MAX_BODY_BYTES = 64 * 1024


class BodyLimit:
    """ASGI middleware: answers 413 to a body that is announced or turns out larger than `MAX_BODY_BYTES`.

    `larger` names paths with a bound of their own.

    An announced one is refused unread; of a chunked one no more than the bound is read.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] = MappingProxyType({})) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bound = self._larger.get(scope["path"], MAX_BODY_BYTES)
        detail = f"The body is larger than {bound} bytes."
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > bound:
            refusal = JSONResponse(problem_body("body_too_large", 413, detail), 413)
            await refusal(scope, receive, send)
            return
        read = 0

        async def receive_bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > bound:
                raise HTTPException(413, detail)
            return message

        await self._app(scope, receive_bounded, send)
