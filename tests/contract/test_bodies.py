"""Bodies that are no JSON object, or too large a one."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.contract.flutter import FlutterApp, read_error
from tests.service import attempt

MAX_BYTES = 64 * 1024
REFUSAL_BYTES = 16 * 1024
"""No refusal is longer, whatever there is to refuse."""
REFUSAL_SECONDS = 5.0
"""Far above what a refusal takes, far below what an attack would cost."""
SUBMIT = ("POST", "/training/progress/submit")
WITH_BODIES = [SUBMIT, ("POST", "/auth/register"), ("POST", "/auth/login"), ("PATCH", "/users/me/profile")]
WITH_BODIES += [("PUT", "/users/me/stats"), ("POST", "/users/1/hearts/decrement")]
GOOD = json.dumps(attempt("puk_u1_l1", 5)).encode()
NO_OBJECTS = {
    "nothing": b"",
    "blanks": b" \n",
    "null": b"null",
    "a list": b"[]",
    "a list of one": b"[" + GOOD + b"]",
    "a text": b'"level_id"',
    "a number": b"5",
    "true": b"true",
    "NaN": b"NaN",
    "endless digits": b"9" * 5000,
}
MALFORMED = {
    "cut off": GOOD[:-1],
    "two of them": GOOD + GOOD,
    "a comma too many": GOOD[:-1] + b",}",
    "single quotes": GOOD.replace(b'"', b"'"),
    "a form": b"level_id=puk_u1_l1&score=5",
    "Latin-1": '{"level_id": "é"}'.encode("latin-1"),
    "a NUL": GOOD[:-1] + b"\x00}",
    "only an opening brace": b"{",
    "deep lists": b"[" * 10_000 + b"]" * 10_000,
    "deep lists in a field": GOOD[:-1] + b', "answers": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep lists in an ignored field": GOOD[:-1] + b', "xp_earned": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep objects": b'{"answers":' * 5_000 + b"1" + b"}" * 5_000,
    "deep and open": b"[" * 60_000,
    "random bytes": bytes(range(256)),
    "thousands of fields": b"{" + b", ".join(b'"k%d": 1' % n for n in range(5_000)) + b"}",
    "an endless number": b'{"score": ' + b"9" * 60_000 + b"}",
}


@pytest.mark.parametrize("method_and_path", WITH_BODIES, ids=lambda case: case[1])
async def test_what_is_no_json_object_is_422(learner: FlutterApp, method_and_path: tuple[str, str]) -> None:
    """Malformed, endlessly nested or huge JSON, and JSON that is no object, is 422 at once and in short, at every endpoint."""
    method, path = method_and_path
    path = path.replace("/users/1/", f"/users/{(await learner.me()).id}/")
    bodies = {**NO_OBJECTS, **MALFORMED}
    seen = {}
    for what, body in bodies.items():
        began = time.monotonic()
        answer = await send(learner, method, path, body)
        assert time.monotonic() - began < REFUSAL_SECONDS, what
        assert len(answer.content) < REFUSAL_BYTES, what
        read_error(answer)
        seen[what] = answer.status_code
    assert seen == dict.fromkeys(bodies, 422)
    assert (await learner.me()).total_xp == 0


async def test_bodies_over_the_bound_are_413(learner: FlutterApp) -> None:
    """64 KiB are read; a byte more, or 3 MB, is 413 in JSON, announced or chunked, and the next request is served."""
    full = GOOD + b" " * (MAX_BYTES - len(GOOD))
    for kind in (bytes, chunked):
        assert (await send(learner, *SUBMIT, kind(full))).status_code == 200
        for body in (full + b" ", full * 2, full * 4, *[full * 48] * 5):
            answer = await send(learner, *SUBMIT, kind(body))
            read_error(answer)
            assert answer.status_code == 413, f"{kind.__name__}, {len(body)} bytes"
        assert (await send(learner, *SUBMIT, kind(GOOD))).status_code == 200


async def test_a_compressed_body_is_not_unpacked(learner: FlutterApp) -> None:
    """A body that says it is compressed is refused as it is: no small one swells to a large one."""
    headers = {**learner.signed, "Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await learner.http.request(*SUBMIT, content=gzip.compress(GOOD), headers=headers)
    assert answer.status_code in {415, 422}


async def test_an_announced_giant_is_refused_unread(learner: FlutterApp) -> None:
    """A length over the bound is answered before anything of the body has been sent."""
    url = learner.http.base_url
    assert url.port is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {url.path}training/progress/submit HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\n"
    try:
        writer.write(f"{head}Content-Length: 10000000000\r\n\r\n".encode())
        status = await asyncio.wait_for(reader.readline(), timeout=10)
        assert status.split()[1] == b"413"
    finally:
        writer.close()  # or the service would wait for the rest when it stops


async def send(app: FlutterApp, method: str, path: str, body: bytes | AsyncIterator[bytes]) -> httpx.Response:
    """A request with the body just as it is given."""
    headers = {**app.signed, "Content-Type": "application/json"}
    return await app.http.request(method, path, content=body, headers=headers)


async def chunked(body: bytes) -> AsyncIterator[bytes]:
    """The body in pieces whose sum is not announced."""
    for start in range(0, len(body), 8192):
        yield body[start : start + 8192]
