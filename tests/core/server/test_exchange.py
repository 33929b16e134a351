"""One request and its answer: framed as its reader knows it, and never in two ways."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send

from tests.core.server.lines import HELLO, request, serving, wire


async def test_an_answer_is_framed_as_its_reader_knows_it(port: int) -> None:
    """Chunks for HTTP/1.1; until the end of the connection for HTTP/1.0; one `Connection` header at most; HEAD without a body."""
    async with wire(port) as line:
        await line.send(request("/stream"))
        answer = await line.answer()
        assert (answer.body, answer.all("connection")) == (b"onetwo", [])
        await line.send(request("/stream", method="HEAD"), request("/a"))
        head, after = await line.answer("HEAD"), await line.answer()
        assert (head.status, after.body) == (200, b"GET /a ")
    async with wire(port) as line:
        await line.send(request("/stream", "Connection: keep-alive", version="1.0"))
        answer = await line.answer()
    assert (answer.body, answer.all("transfer-encoding"), answer["connection"]) == (b"onetwo", [], "close")


async def test_a_body_is_asked_for_only_by_who_reads_it(port: int) -> None:
    """`Expect: 100-continue`: the word comes if the body is wanted; if not, the answer comes at once."""
    expects = ("Expect: 100-continue", HELLO)
    async with wire(port) as line:
        await line.send(request("/a", *expects, method="POST"))
        assert (await line.answer()).status == 100
        await line.send(b"hello")
        assert (await line.answer()).body == b"POST /a hello"
        await line.send(request("/early", *expects, method="POST"))
        answer = await line.answer()
        # Whether its body still comes is the client's choice, so what follows could be either.
        assert (answer.status, answer["connection"]) == (413, "close")


async def test_an_answer_that_breaks_its_word_ends_the_connection(port: int) -> None:
    """An application that fails, or would split a header, gets a 500 in the one shape; a body cut short is not completed."""
    for path in ("/fails", "/split", "/silent"):
        async with wire(port) as line:
            await line.send(request(path))
            answer = await line.answer()
            assert (answer.status, answer["connection"], await line.rest()) == (500, "close", b"")
            assert b'"code": "internal_error"' in answer.body
    async with wire(port) as line:
        await line.send(request("/fails", method="HEAD"))
        assert (await line.answer("HEAD")).status == 500
        assert await line.rest() == b""  # no body, as of any answer to HEAD
    async with wire(port) as line:
        await line.send(request("/short"))
        assert (await line.rest()).count(b"HTTP/1.1") <= 1


async def test_who_waits_when_the_server_ends_is_told_to_come_again() -> None:
    """A request that is not answered in the time that an ending server gives is 503 with `Retry-After`: it has not failed."""

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.Event().wait()

    async with serving(wait) as served, wire(served.port) as line:
        await line.send(request("/hash"))
        served.server.should_exit = True
        answer = await line.answer()
    assert (answer.status, answer["retry-after"], answer["connection"]) == (503, "1", "close")
