"""Requests as a history keeps them: what was asked, and what came of it."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import httpx

from chaos.check.history import Outcome, Recorder

PATIENCE_SECONDS = 12.0


async def ask(
    http: httpx.AsyncClient,
    recorder: Recorder,
    process: int,
    op: str,
    asked: dict[str, Any],
    method: str,
    url: str,
    *,
    token: str | None = None,
    key: str | None = None,
    body: dict[str, Any] | None = None,
    patience: float = PATIENCE_SECONDS,
) -> tuple[Outcome, dict[str, Any]]:
    """One request, recorded before and after; what came of it, and what the history keeps of the answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["Idempotency-Key"] = key
    recorder.record(process, op, "invoke", asked)
    outcome: Outcome = "info"
    try:
        async with asyncio.timeout(patience):
            response = await http.request(method, url, json=body, headers=headers)
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        answer: dict[str, Any] = {"error": type(error).__name__}
    else:
        answer = _digest(op, response)
        if response.status_code < 500:
            outcome = "ok" if response.status_code == 200 else "fail"
    recorder.record(process, op, outcome, answer)
    return outcome, answer


def _digest(op: str, response: httpx.Response) -> dict[str, Any]:
    kept: dict[str, Any] = {"status": response.status_code}
    if response.status_code != 200 or op in {"admin", "ready"}:
        return kept
    body = response.json()
    if op == "submit":
        sha = hashlib.sha256(response.content).hexdigest()[:16]
        return kept | {"xp": body["xp_earned"], "total": body["total_xp"], "level": body["level_id"], "sha": sha}
    data = body["data"]
    if op == "profile":
        return kept | {"id": int(data["id"]), "total": data["total_xp"]}
    kept |= {"mine": data["my_rank"], "source": data["meta"]["source"], "stale": data["meta"]["stale"]}
    if op != "standing":
        kept["rows"] = [[row["id"], row["rank"], row["xp"]] for row in data["top_users"]]
    return kept
