"""JSON answers say that they are UTF-8."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON = "application/json"


class JsonCharset:
    """ASGI middleware: adds the charset to JSON answers.

    JSON is always UTF-8, but HTTP stacks of clients in the field read an answer without a charset as Latin-1.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_charset(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type") == JSON:
                    headers["content-type"] = f"{JSON}; charset=utf-8"
            await send(message)

        await self._app(scope, receive, send_with_charset)
