"""Request bodies have a bound, and going over it is answered in the one shape of errors."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_os.core.problems import problem_body

MAX_BODY_BYTES = 64 * 1024
_DETAIL = f"The body is larger than {MAX_BODY_BYTES} bytes."


class BodyLimit:
    """ASGI middleware: answers 413 to a body that is announced or turns out larger than `MAX_BODY_BYTES`.

    An announced one is refused unread; of a chunked one no more than the bound is read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
            refusal = JSONResponse(problem_body("body_too_large", 413, _DETAIL), 413)
            await refusal(scope, receive, send)
            return
        read = 0

        async def receive_bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY_BYTES:
                raise HTTPException(413, _DETAIL)
            return message

        await self._app(scope, receive_bounded, send)
