"""The store of files that speaks S3, against a published example and a small server of the tests' own."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest

from scout_os.core.blobs.s3 import Bucket, S3Store, signature
from scout_os.core.problems import Unavailable

EXAMPLE = Bucket(
    "https://examplebucket.s3.amazonaws.com",
    "us-east-1",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
)


def test_a_request_is_signed_as_the_protocols_own_example() -> None:
    """The signature of the documented PUT of an object is the documented one."""
    headers = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
    signed = signature(
        EXAMPLE,
        "PUT",
        f"{EXAMPLE.endpoint}/test%24file.text",
        headers,
        b"Welcome to Amazon S3.",
        datetime(2013, 5, 24, tzinfo=UTC),
    )
    assert signed["Authorization"].endswith(
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


SECRET = "s/ecret"


class Objects:
    """What the server keeps, and what it was sent."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.status: int | None = None
        self.refused = 0
        self.bucket = Bucket("", "eu-1", "access", "secret")


@pytest.fixture
def objects() -> Iterator[Objects]:
    """A server that keeps what is signed rightly."""
    objects = Objects()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self._may(content):
                objects.kept[self.path] = content
                self._answer(objects.status or 200)

        def do_DELETE(self) -> None:
            if self._may(b""):
                self._answer(objects.status or (204 if objects.kept.pop(self.path, None) is not None else 404))

        def _may(self, content: bytes) -> bool:
            sent = {name: self.headers[name] for name in ("content-type", "cache-control") if name in self.headers}
            at = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            own = signature(
                objects.bucket, self.command, f"http://{self.headers['host']}{self.path}", sent, content, at
            )
            is_right = own["Authorization"] == self.headers["Authorization"]
            if not is_right or self.headers["x-amz-content-sha256"] != hashlib.sha256(content).hexdigest():
                objects.refused += 1
                self._answer(403)
                return False
            return True

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - as the base class has it
            """Nothing: pytest shows what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    objects.bucket = Bucket.parse(
        f"http://access:{quote(SECRET, safe='')}@127.0.0.1:{server.server_port}/pictures?region=eu-1"
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield objects
    server.shutdown()
    thread.join()
    server.server_close()


async def test_files_are_kept_and_deleted(objects: Objects) -> None:
    """A file is put, replaced, deleted, and deleted again; its address is the bucket's or the one of the settings."""
    store = S3Store(objects.bucket, "")
    await store.put("avatars/7.jpg", b"one", "image/jpeg")
    await store.put("avatars/7.jpg", b"two", "image/jpeg")
    assert objects.kept == {"/pictures/avatars/7.jpg": b"two"}
    await store.delete("avatars/7.jpg")
    await store.delete("avatars/7.jpg")
    assert objects.kept == {}
    assert store.url("avatars/7.jpg") == f"{objects.bucket.endpoint}/avatars/7.jpg"
    assert S3Store(objects.bucket, "https://cdn.example/").url("avatars/7.jpg") == "https://cdn.example/avatars/7.jpg"


async def test_a_store_that_refuses_or_is_away(objects: Objects) -> None:
    """A wrong key, a failing store and none at all are each `Unavailable`, and keys are not shown."""
    wrong = S3Store(Bucket(objects.bucket.endpoint, "eu-1", "access", "another"), "")
    away = S3Store(Bucket("http://127.0.0.1:9/pictures", "eu-1", "access", "secret"), "")
    objects.status = 500
    for store in (wrong, away, S3Store(objects.bucket, "")):
        with pytest.raises(Unavailable):
            await store.put("avatars/7.jpg", b"one", "image/jpeg")
    assert objects.refused == 1
    assert SECRET not in repr(objects.bucket)
    for url in ("https://host/bucket", "https://access:secret@host", "ftp://access:secret@host/bucket"):
        with pytest.raises(ValueError, match="must be a URL"):
            Bucket.parse(url)


HEAD = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 9\r\n"
ODD_ANSWERS: dict[str, tuple[bytes, bytes, bool]] = {
    "a body without end": (HEAD + b"\r\n", b"x" * 1_000_000, True),
    "a body that does not come": (HEAD + LENGTH + b"\r\n", b"", True),
    "a body that is not what its header says": (HEAD + LENGTH + b"Content-Encoding: gzip\r\n\r\nno gzip..", b"", True),
    "a head without end": (HEAD, b"X-Head: x\r\n", False),
    "a head that trickles": (b"H", b"T", False),
    "another place": (b"HTTP/1.1 307 x\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n", b"", False),
    "another protocol": (b"SSH-2.0-OpenSSH\r\n", b"", False),
    "bytes": (b"\xff\xfe\x00\r\n\r\n", b"", False),
    "a header that is no text": (HEAD + LENGTH + b"Set-Cookie: \xff\xfe=\x80\r\n\r\n123456789", b"", True),
}
"""What comes at first, what comes for ever after it, and whether the status said that the file is kept."""


@asynccontextmanager
async def answering(first: bytes, more: bytes) -> AsyncIterator[Bucket]:
    """A bucket that answers so."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(first)
            while True:
                writer.write(more)
                await writer.drain()
                await asyncio.sleep(0.01)

    server = await asyncio.start_server(answer, "127.0.0.1")
    yield Bucket(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/pictures", "eu-1", "access", "secret")
    server.close()


@pytest.mark.parametrize("name", ODD_ANSWERS)
async def test_an_answer_that_is_none_or_has_no_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status alone counts; nothing else is read or waited for, and without one it is `Unavailable` in time."""
    monkeypatch.setattr("scout_os.core.blobs.s3.SECONDS", 1.0)
    first, more, is_kept = ODD_ANSWERS[name]
    async with answering(first, more) as bucket:
        began = time.monotonic()
        try:
            await S3Store(bucket, "").put("avatars/7.jpg", b"one", "image/jpeg")
        except Unavailable:
            assert not is_kept
        else:
            assert is_kept
        assert time.monotonic() - began < 5
