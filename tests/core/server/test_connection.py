"""HTTP/1.1 on the wire: answers in their order, and an end for whatever does not end by itself."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress

import pytest
from starlette.types import Receive, Scope, Send

from scout_os.core.server import connection
from scout_os.core.server.transport import TRANSPORT
from tests.core.server.lines import DEADLINE, HELLO, LARGE, PATIENCE_SECONDS, app, request, serving, wire


async def test_requests_are_answered_in_their_order(port: int) -> None:
    """Sent all at once, byte by byte, or with bodies of any size: each gets its own answer, the connection stays."""
    async with wire(port) as line:
        large = b"b" * 200_000
        post = request("/b", HELLO, method="POST", body=b"hello")
        chunked = request("/c", "Transfer-Encoding: chunked", method="POST", body=b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
        long = request("/d", f"Content-Length: {len(large)}", method="POST", body=large)
        await line.send(request("/a") + post + chunked + long + request("/e"))
        await line.send(*(bytes([byte]) for byte in post))
        bodies = [(await line.answer()).body for _ in range(6)]
    assert bodies == [b"GET /a ", b"POST /b hello", b"POST /c hello", b"POST /d " + large, b"GET /e ", b"POST /b hello"]


async def test_close_is_obeyed_and_said(port: int) -> None:
    """After `Connection: close` nothing more is read, and the answer says so."""
    async with wire(port) as line:
        await line.send(request("/a", "Connection: close") + request("/b"))
        assert (await line.answer())["connection"] == "close"
        assert await line.rest() == b""


async def test_the_last_answer_is_not_taken_back(port: int) -> None:
    """A client that goes on sending after its last request can still read the answer: the connection is not reset."""
    with socket.create_connection(("127.0.0.1", port)) as talker:
        for said in (request("/a", "Connection: close"), b"more", b"and more"):
            talker.sendall(said)
            await asyncio.sleep(0.1)
        assert talker.recv(65536).endswith(b"GET /a ")


async def test_who_sends_no_more_still_gets_answers(port: int) -> None:
    """A client may close its sending side once its requests are whole: `nc` does so, and some proxies."""
    for sent, answers in ((request("/slow"), 1), (request("/slow") + request("/a"), 2)):
        async with wire(port) as line:
            await line.send(sent)
            line.writer.write_eof()
            assert [(await line.answer()).status for _ in range(answers)] == [200] * answers
            assert await line.rest(1) == b""


async def test_a_last_answer_reaches_who_has_sent_more(hasty: int) -> None:
    """What is sent behind the request whose answer is the last is read and dropped: a reset could undo the answer."""
    async with wire(hasty) as line:
        await line.send(request("/last"), request("/a") * 2, b"x" * 5000)
        assert (await line.answer()).status == 200
        await asyncio.sleep(DEADLINE * 2)
        assert line.writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


async def test_what_comes_too_slowly_is_cut_off(hasty: int) -> None:
    """No head, half a head, half a body, also behind another request: 408 once, in its place, and the end."""
    half = request("/b", HELLO, method="POST", body=b"he")
    for sent, words in ((b"", 0), (b"GET / HT", 0), (half, 0), (request("/a") + half, 1), (request("/slow") + half, 1)):
        async with wire(hasty) as line:
            await line.send(sent)
            answers = [await line.answer() for _ in range(words + 1)]
            assert [answer.status for answer in answers] == [200] * words + [408], sent
            assert await line.rest() == b""


async def test_the_servers_own_answers_are_dated(hasty: int) -> None:
    """Refusals before any application say when they were made, as all answers do."""
    for sent, status in ((b"no HTTP\r\n\r\n", 400), (request("/" + "a" * 20_000), 431), (b"GET / HT", 408)):
        async with wire(hasty) as line:
            await line.send(sent)
            answer = await line.answer()
            assert (answer.status, len(answer.all("date"))) == (status, 1)


async def test_who_is_not_read_is_not_late(hasty: int) -> None:
    """A request that waits behind slow ones, half read, is answered in its turn."""
    third = request("/c", HELLO, method="POST", body=b"hello")
    async with wire(hasty) as line:
        await line.send(request("/slow") + request("/b") + third[:20], third[20:-2], third[-2:])
        assert [(await line.answer()).body for _ in range(3)] == [b"GET /slow ", b"GET /b ", b"POST /c hello"]


async def test_a_large_body_has_time_while_it_moves(hasty: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture over a slow line arrives, however long it takes; one that stalls or trickles is cut off in time."""
    monkeypatch.setattr(connection, "BODY_PIECE_BYTES", 50_000)
    large = request("/a", "Content-Length: 600000", method="POST")
    async with wire(hasty) as line:
        await line.send(large)
        for _ in range(12):
            await line.send(b"x" * 50_000)
            await asyncio.sleep(DEADLINE / 4)
        assert (await line.answer()).status == 200
    for piece in (b"", b"x" * 1000):
        async with wire(hasty) as line:
            await line.send(large, b"x" * 100_000)
            answer = asyncio.ensure_future(line.answer())
            while not answer.done():
                await line.send(piece)
            assert (await answer).status == 408


async def test_nothing_follows_an_answer_that_came_before_its_body(hasty: int) -> None:
    """Refused unread: the rest of the body is dropped. If it never comes, the connection ends without a second answer."""
    async with wire(hasty) as line:
        await line.send(request("/early", "Content-Length: 100000", method="POST"))
        assert (await line.answer()).status == 413
        await line.send(b"x" * 100_000, request("/a"))
        assert (await line.answer()).body == b"GET /a "
        large = b"x" * 3_000_000
        await line.send(request("/early", f"Content-Length: {len(large)}", method="POST", body=large) + request("/a"))
        assert [(await line.answer()).status for _ in range(2)] == [413, 200]
        await line.send(request("/early", "Content-Length: 100000", method="POST"))
        assert (await line.answer()).status == 413
        assert await line.rest() == b""


async def test_an_answer_that_nobody_takes_is_cut_off(short_deadlines: None) -> None:
    """Whoever asks for large answers and reads nothing, or a little now and then, is cut off in time, with all that is unsent."""
    async with serving(app) as served:
        for target, takes in (("/large", 0), ("/large", 4096), ("/medium", 0)):
            with socket.socket() as reader:
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                reader.connect(("127.0.0.1", served.port))
                reader.sendall(request(target) * 5)
                end = time.monotonic() + DEADLINE * 20
                await asyncio.sleep(DEADLINE / 5)
                assert served.held() == 1
                while served.held():
                    assert time.monotonic() < end, (target, takes)
                    await asyncio.sleep(DEADLINE / 10)
                    with suppress(BlockingIOError, ConnectionError):
                        reader.recv(takes, socket.MSG_DONTWAIT)
        async with wire(served.port) as line:
            await line.send(request("/large"))
            assert len((await line.answer()).body) == LARGE


async def test_an_error_waits_for_the_answers_before_it(port: int) -> None:
    """Behind answers that the client has not taken yet, what is no HTTP gets its 400 last: no request is taken for it."""
    async with wire(port, receive_buffer=4096) as line:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined] # of TCP
        await line.send(*[request("/large")] * 8, request("/a"), b"odd\r\n\r\n")
        line.writer.transport.resume_reading()  # type: ignore[attr-defined] # of TCP
        statuses = [(await line.answer()).status for _ in range(10)]
        assert statuses == [200] * 9 + [400]


async def test_little_is_kept_for_who_takes_no_answers() -> None:
    """Whoever leaves answers unread is not read either: requests with bodies do not pile up here."""
    transports: list[asyncio.Transport] = []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            transports.append(scope["extensions"][TRANSPORT])
        await app(scope, receive, send)

    post = request("/a", "Content-Length: 60000", method="POST", body=b"x" * 60_000)
    async with serving(noting) as served, wire(served.port, receive_buffer=4096) as line:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined] # of TCP
        await line.send(*[request("/large")] * 8, *[post] * 10)
        assert not transports[0].is_reading()
        line.writer.transport.resume_reading()  # type: ignore[attr-defined] # of TCP
        assert [(await line.answer()).status for _ in range(18)] == [200] * 18


async def test_what_has_begun_is_answered_when_the_server_ends() -> None:
    """Half a body, also behind another request, and requests that wait: each is answered, the last with the word."""
    half = request("/b", HELLO, method="POST", body=b"he")
    async with (
        serving(app) as served,
        wire(served.port) as alone,
        wire(served.port) as behind,
        wire(served.port) as idle,
    ):
        await idle.send(request("/a"))
        assert (await idle.answer()).status == 200
        await alone.send(half)
        await behind.send(request("/slow") + request("/a") + half)
        served.server.config.timeout_graceful_shutdown = PATIENCE_SECONDS
        served.server.should_exit = True
        assert await idle.rest() == b""
        for line, before in ((alone, 0), (behind, 2)):
            await line.send(b"llo")
            assert [(await line.answer()).status for _ in range(before)] == [200] * before
            answer = await line.answer()
            assert (answer.body, answer["connection"]) == (b"POST /b hello", "close")


async def test_an_idle_connection_is_kept_for_as_long_as_is_set() -> None:
    """A request within the time is answered; after it, the connection is closed without a word."""
    async with serving(app, keep_alive_seconds=1) as served, wire(served.port) as line:
        for _ in range(3):
            await line.send(request("/a"))
            assert (await line.answer()).status == 200
            await asyncio.sleep(0.6)
        assert await line.rest(2) == b""


async def test_requests_without_end_are_answered_in_part(port: int) -> None:
    """A thousand requests in one piece: the connection ends after as many as may wait, each answered, the last with the word."""
    async with wire(port) as line:
        await line.send(request("/a") * 1000)
        answers = [await line.answer()]
        while not answers[-1].all("connection"):
            answers.append(await line.answer())
        assert {answer.status for answer in answers} == {200}
        assert len(answers) <= connection.MAX_WAITING + 1
        assert await line.rest() == b""
