"""Errors on their way out."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.core.server.lines import request, wire
from tests.service import Service, token


@pytest.mark.parametrize("kind", ["image/jpeg", "multipart/form-data; boundary=x"])
async def test_who_leaves_in_mid_body_is_no_error(
    service: Service, learner: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A phone that loses its network while it sends a picture: nothing is logged as a fault of ours."""
    head = ("Content-Length: 100000", f"Content-Type: {kind}", f"Authorization: Bearer {token(learner)}")
    async with wire(httpx.URL(service.url).port or 0) as line:
        await line.send(request("/api/v1/me/avatar", *head, method="PUT", body=b"--x\r\n" + b"x" * 70_000))
        await asyncio.sleep(0.3)
        line.writer.transport.abort()
    await asyncio.sleep(0.5)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
