"""Starting attempts and submitting answers, as one request each."""

from __future__ import annotations

from typing import Any

import httpx

from tests.learners import SUBMIT


async def start(client: httpx.AsyncClient, level_id: str) -> dict[str, Any]:
    """A new attempt, as it is handed out."""
    answer = await client.post(f"/training/levels/{level_id}/attempts")
    assert answer.status_code == 201, answer.text
    started: dict[str, Any] = answer.json()
    return started


async def submit(
    client: httpx.AsyncClient, level_id: str, answers: dict[str, Any], attempt_id: str | None, key: str | None = None
) -> httpx.Response:
    """The answers to an attempt; what comes of it is the caller's to check."""
    body = {"level_id": level_id, "answers": answers, "attempt_id": attempt_id}
    return await client.post(SUBMIT, json=body, headers={"Idempotency-Key": key} if key else {})
