"""The express lane takes only what is whole and within bounds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from scout_os.core.body_limit import MAX_BODY_BYTES
from scout_os.core.express import Express, ExpressAnswer, ExpressRequest, OpenServices


@pytest.mark.parametrize(("size", "taken"), [(MAX_BODY_BYTES, True), (MAX_BODY_BYTES + 1, False)])
async def test_a_body_without_a_length_is_bounded_too(size: int, taken: bool) -> None:
    """A chunked body announces no length and may come in one piece: over the bound it goes on to the application, untouched."""
    seen: list[str] = []

    async def lane(_: OpenServices, request: ExpressRequest) -> ExpressAnswer:
        seen.append(f"lane {len(request.body)}")
        return ExpressAnswer(b"{}")

    async def application(_scope: Scope, receive: Receive, _send: Send) -> None:
        seen.append(f"application {len((await receive())['body'])}")

    async def receive() -> Message:
        return {"type": "http.request", "body": b" " * size, "more_body": False}

    async def send(_: Message) -> None:
        return None

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "app": SimpleNamespace(state=SimpleNamespace(services=object())),
    }
    await Express(application, {("POST", "/"): lane})(scope, receive, send)
    assert seen == [f"{'lane' if taken else 'application'} {size}"]
