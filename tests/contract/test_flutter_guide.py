"""What `docs/flutter.md` tells the developers of installed clients is what the service does."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.contract.flutter import FlutterApp

GUIDE = Path(__file__).parents[2] / "docs" / "flutter.md"
ANYTHING = "…"


async def test_every_example_is_answered_as_shown(http: httpx.AsyncClient, learner: FlutterApp) -> None:
    """The examples, in order, as one learner; of the answers, what the guide shows."""
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL)]
    assert len(examples) > 10
    known = {"time_seal": "", "etag": ""}
    for example in examples:
        known["now"] = datetime.now(UTC).isoformat()
        method, path = example["request"].split(" ")
        headers = learner.signed | _filled(example.get("headers", {}), known)
        body = _filled(example.get("body"), known)
        if "event" in example:
            async with http.stream(method, path, headers=headers) as response:
                shown, found = example["event"], json.loads(await _first_data(response))
        else:
            response = await http.request(method, path, json=body, headers=headers)
            shown, found = example.get("answer"), response.json() if response.content else None
        assert response.status_code == example["status"], example
        _compare(shown, found, example["request"])
        known["time_seal"] = response.headers.get("Time-Seal", known["time_seal"])
        known["etag"] = response.headers.get("ETag", known["etag"])


def _filled(value: Any, known: dict[str, str]) -> Any:
    """With `{name}` replaced by what earlier answers told."""
    text = json.dumps(value)
    for name, told in known.items():
        text = text.replace(f'"{{{name}}}"', json.dumps(told))
    return json.loads(text)


async def _first_data(response: httpx.Response) -> str:
    async for line in response.aiter_lines():
        if line.startswith("data:"):
            return line.removeprefix("data:")
    raise AssertionError("the stream ended without an event")


def _compare(shown: Any, found: Any, where: str) -> None:
    """`found` holds all that is shown; `…` is anything, and at a list's end anything more."""
    if shown == ANYTHING:
        assert found is not None, where
    elif isinstance(shown, dict):
        for name, value in shown.items():
            assert name in found, f"{where}: no {name} in {found}"
            _compare(value, found[name], f"{where}.{name}")
    elif isinstance(shown, list):
        wanted = [value for value in shown if value != ANYTHING]
        assert len(found) >= len(wanted), where
        for place, value in enumerate(wanted):
            _compare(value, found[place], f"{where}[{place}]")
    else:
        assert found == shown, where
