"""Headers by which browsers keep to what our answers are: data, of this origin, not to be kept."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVERYWHERE: dict[bytes, bytes] = {
    b"strict-transport-security": b"max-age=31536000; includeSubDomains",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
IN_THE_API: dict[bytes, bytes] = {
    **EVERYWHERE,
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-site",
}


class Hardening:
    """ASGI middleware: adds these headers, but for those that an answer sets itself. The stricter ones under `prefix`.

    The express lanes and the refusals of load shedding add them by themselves.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = IN_THE_API if scope["path"].startswith(self._prefix) else EVERYWHERE

        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                present = {name for name, _ in headers}
                message["headers"] = [*headers, *(item for item in wanted.items() if item[0] not in present)]
            await send(message)

        await self._app(scope, receive, send_hardened)
