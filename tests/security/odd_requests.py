"""Requests that no sane client sends, made from a seed: `python -m tests.security.odd_requests --requests 10000 --seed 1`.

Whatever comes, nothing may be answered with 500, and every connection must end: by an answer and the keep-alive time, or by a
deadline. The deadlines are short here, so that this is seen soon.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import secrets
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from scout_os.core.server import connection
from tests.security.fuzz import passing_service, say
from tests.service import Service, token

API = "/api/v1"
AT_ONCE = 150
DEADLINES = {"HEAD_SECONDS": 1.0, "BODY_SECONDS": 1.0, "ANSWER_SECONDS": 2.0, "LINGER_SECONDS": 0.5}
KEEP_ALIVE_SECONDS = 1
HANGS_SECONDS = 30
"""Far more than all deadlines together, because a machine may be busy."""
_STATUS = re.compile(rb"(?:^|\n|\}|>)HTTP/1\.1 (\d\d\d) ")

ODD = 0.1
"""How often a part of a request is an odd one."""
METHODS = ["GET", "GET", "GET", "HEAD", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ODD_METHODS = ["TRACE", "CONNECT", "PROPFIND", "get", "G@T", ""]
_PATHS = (
    "/leaderboard",
    "/leaderboard/me?limit=01",
    "/training/sections",
    "/users/me",
    "/auth/login",
    "/auth/register",
)
_MORE_PATHS = ("/users/1/public", "/training/progress/submit", "/me/avatar", "/leaderboard/rebuild", "/", "")
TARGETS = [*(API + path for path in _PATHS + _MORE_PATHS), "/", "/healthz", "/openapi.json", "/media/avatars/1.jpg"]
ODD_TARGETS = [
    "//",
    "/..",
    "*",
    "http://x/healthz",
    "http://x",
    "ftp://x:99999/",
    "x:443",
    "",
    "\t",
    "/a#b",
    "/?",
    "/a?b?c=%",
]
ODD_TARGETS += ["/%00", "/%zz", "/%C3%28", "/\xff", "/a b", "/" + "x" * 17_000, "/?" + "q=1&" * 3000, "/" + "%2f" * 900]
VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]
ODD_VERSIONS = ["HTTP/0.9", "HTTP/2.0", "HTTP/1.2", "HTTP/11", "HTTP/1.", "XTTP/1.1", ""]
LENGTHS = ["-1", "+5", "0x5", "5, 5", "5 5", "", " ", "5_0", "\u0665", "1e3", "70000"]
LENGTHS += ["0" * 5000 + "5", "9" * 18, "9" * 19, "9" * 5000]
ENCODINGS = [
    "CHUNKED",
    "chunked, identity",
    "identity",
    "gzip, chunked",
    "chunked, chunked",
    "xchunked",
    "",
    "\x0bchunked",
]
UPGRADES = ["websocket", "WebSocket", "h2c", "TLS/1.0", "IRC/6.9, h2c", "", "websocket, h2c"]
BODIES = [
    b"",
    b"hello",
    b"{}",
    b"[]",
    b'{"username": "a", "password": "b"}',
    b"\0" * 40,
    b"[" * 3000,
    b'"' + b"x" * 70_000,
]
CHUNKS = [
    b"5\r\nhello\r\n0\r\n\r\n",
    b"2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n",
    b"0\r\n\r\n",
    b"1\r\n \r\n" * 400 + b"0\r\n\r\n",
]
ODD_CHUNKS = [
    b"5\r\nhel",
    b"-1\r\n",
    b"F" * 17 + b"\r\n",
    b"5\nhello\n0\n\n",
    b"5\r\nhelloo\r\n",
    b"zz\r\n",
    b"5;" + b"e" * 20_000,
]
ODD_CHUNKS += [b"0\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"0\r\nX: " + b"y" * 20_000 + b"\r\n\r\n"]
HEADERS = [
    "Accept-Encoding: gzip",
    "Content-Encoding: gzip",
    "Range: bytes=0-",
    "Cookie: a=b",
    "Origin: null",
    "TE: trailers",
]
HEADERS += [
    "Expect: 100-continue",
    "Expect: nonsense",
    "X-Forwarded-For: ::1, a",
    "X-Request-ID: \xe9",
    "If-None-Match: *",
]
HEADERS += ["Authorization: Bearer", "Authorization: Bearer  x", "Authorization: Basic Og==", "Authorization: \xff\xfe"]
HEADERS += ["Idempotency-Key: a", "Idempotency-Key:", "Host: y", "Host:", "Keep-Alive: timeout=99", "Trailer: X"]
HEADERS += [
    "Content-Type: application/json",
    "Content-Type: multipart/form-data",
    "Content-Type: text/\xff",
    "Content-Type: ;;,",
]
HEADERS += ["Content-Type: multipart/form-data; boundary=x", "Content-Type: application/x-www-form-urlencoded"]
HEADERS += ["Connection: close", "Connection: keep-alive", "Connection: Upgrade, close", "Connection: \xff"]
ODD_HEADERS = [
    ": empty",
    "No colon",
    "Bad Name: x",
    "X\x00: y",
    "X: a\r\n folded",
    "X: a\rb",
    "X-\xc3\xa9: y",
    "Idempotency-Key: \x01",
]
ODD_HEADERS += ["X: " + "x" * 15_000, "X: " + "x" * 17_000, "\r\n".join(["X-Many: 1"] * 150)]
T = TypeVar("T")


def odd_connection(pick: random.Random, bearer: str) -> list[bytes]:
    """What is sent over one connection, in pieces: one request or several, each wrong in a few ways or in none."""
    said = b"".join(_request(pick, bearer) for _ in range(pick.choice((1, 1, 1, 2, 3, 6))))
    if pick.random() < ODD / 2:
        said = said[: pick.randrange(len(said) + 1)]
    if pick.random() < ODD / 2:
        said += pick.randbytes(pick.randrange(200))
    cuts = sorted(pick.randrange(len(said) + 1) for _ in range(pick.choice((0, 0, 0, 1, 2, 20))))
    return [said[start:end] for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True)]


def _request(pick: random.Random, bearer: str) -> bytes:
    def some(sane: list[T], odd: list[T]) -> T:
        return pick.choice(odd if pick.random() < ODD else sane)

    lines = [f"{some(METHODS, ODD_METHODS)} {some(TARGETS, ODD_TARGETS)} {some(VERSIONS, ODD_VERSIONS)}", "Host: x"]
    if pick.random() < 0.5:
        lines.append(f"Authorization: Bearer {bearer}")
    if pick.random() < 0.4:
        lines += ["Connection: Upgrade, HTTP2-Settings", f"Upgrade: {pick.choice(UPGRADES)}"]
    lines += [some(HEADERS, ODD_HEADERS) for _ in range(pick.choice((0, 0, 1, 1, 2, 4)))]
    body = b""
    framing = pick.random()
    if framing < 0.4:
        body = pick.choice(BODIES)
        lines.append(
            f"Content-Length: {some([str(len(body))], [str(len(body) + 1), str(max(0, len(body) - 1)), *LENGTHS])}"
        )
    if 0.35 < framing < 0.65:
        body = some(CHUNKS, ODD_CHUNKS)
        lines.append(f"Transfer-Encoding: {some(['chunked'], ENCODINGS)}")
    end = some(["\r\n"], ["\r\n", "\r\n", "\n"])
    return (end.join(lines) + end * 2).encode(pick.choice(("utf-8", "latin-1")), "replace") + body


@dataclass
class Outcome:
    statuses: Counter[int] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, list[bytes]]] = field(default_factory=list)
    """What got a 500 or was never closed, with why."""


async def attack(service: Service, requests: int, seed: int) -> Outcome:
    """So many odd connections, up to `AT_ONCE` of them at a time."""
    outcome = Outcome()
    bearer = token(1)
    numbers = iter(range(requests))

    async def worker() -> None:
        for number in numbers:
            pieces = odd_connection(random.Random(f"{seed}/{number}"), bearer)
            came, end = await _played(service, pieces, leaves=number % 20 == 0)
            statuses = [int(status) for status in _STATUS.findall(came)]
            outcome.statuses.update(statuses)
            outcome.ends[end] += 1
            if 500 in statuses or end == "hanging":
                outcome.bad.append((f"{number}: {statuses} {end}", pieces))

    await asyncio.gather(*(worker() for _ in range(min(AT_ONCE, requests))))
    return outcome


async def _played(service: Service, pieces: list[bytes], *, leaves: bool) -> tuple[bytes, str]:
    """What came back, and how it ended; some clients leave in the middle."""
    url = httpx.URL(service.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    came = b""
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.005)
        if leaves:
            writer.transport.abort()
            return came, "left"
        async with asyncio.timeout(HANGS_SECONDS):
            while data := await reader.read(65536):
                came += data
        return came, "closed"
    except TimeoutError:
        return came, "hanging"
    except ConnectionError:
        return came, "reset"
    finally:
        writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.security.odd_requests", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    for name, seconds in DEADLINES.items():
        setattr(connection, name, seconds)
    with passing_service(keep_alive_seconds=KEEP_ALIVE_SECONDS) as service:
        outcome = asyncio.run(attack(service, options.requests, options.seed))
        assert httpx.get(f"{service.url}/readyz").status_code == 200
    say(f"seed {options.seed}: {dict(sorted(outcome.statuses.items()))}, {dict(outcome.ends)}, {len(outcome.bad)} bad")
    for why, pieces in outcome.bad[:20]:
        say(f"{why} {[piece[:300] for piece in pieces[:4]]}")
    sys.exit(bool(outcome.bad))


if __name__ == "__main__":
    main()
