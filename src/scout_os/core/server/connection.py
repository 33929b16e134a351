"""A connection: its requests are answered one after the other, and it ends when a bound is passed."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from typing import Any

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr
from uvicorn.server import ServerState

from scout_os.core.edge import ANSWER_HEADERS, AnswerHeaders, header_lines
from scout_os.core.server.answers import OVERLOADED, TOO_SLOW, ServerAnswer
from scout_os.core.server.exchange import HELD_BYTES, Exchange
from scout_os.core.server.load import LOAD, Load
from scout_os.core.server.requests import BODY, HEAD, IDLE, Refused, RequestReader
from scout_os.core.server.transport import TRANSPORT

HEAD_SECONDS = 10.0
"""From the start of the connection, or the first byte of a further request, to the end of the head."""
BODY_SECONDS = 30.0
"""From the end of the head to the end of the body: as long as the existing clients wait for an answer."""
BODY_PIECE_BYTES = 256 * 1024
"""Each time this much has arrived, the body has `BODY_SECONDS` again, for pictures over slow lines."""
ANSWER_SECONDS = 30.0
"""How long a client may take to read an answer; of an answer in pieces, each piece."""
LINGER_SECONDS = 2.0
"""After the last answer, input is dropped for this time: closing at once could lose the answer."""
MAX_WAITING = 32
"""Pipelined requests; with more, the connection ends."""

ON_SHUTDOWN = "on_shutdown"
"""The key, in the application's lifespan state, of the callback for each connection when the server begins to end."""


class Connection(asyncio.Protocol):
    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._server = server_state
        self._app_state = app_state
        self._load: Load | None = app_state.get(LOAD)
        self._headers: AnswerHeaders = app_state.get(ANSWER_HEADERS) or AnswerHeaders()
        self._loop = _loop or asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._requests: RequestReader
        self.reads_on = True
        """Whether there may be further requests. If not, what arrives is dropped."""
        self._current: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        """The requests behind the current one; only of the last, body may be missing."""
        self._last_word: bytes | None = None
        """Said when all requests before have been answered; then the connection ends."""
        self.writable: asyncio.Event | None = None
        """None while the client takes what is sent."""
        self._reading = True
        self._sends_no_more = False
        self._timed: str | None = None
        self._due = self._fires_at = 0.0
        """When what is waited for is too late, and when the timer looks: before that, if it was set for something else."""
        self._arrival: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None

    # Called by the event loop and the server

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # of TCP, as the server's are
        self._transport = transport
        self._server.connections.add(self)  # type: ignore[arg-type] # typed for uvicorn's own; it calls `shutdown` only
        constant = {
            "root_path": self._config.root_path,
            "server": get_local_addr(transport),
            "client": get_remote_addr(transport),
            "extensions": {TRANSPORT: transport},
        }
        self._requests = RequestReader(self, constant)
        if (connection := transport.get_extra_info("socket")) is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            # What the kernel has taken from us has the same deadline, also after we have closed.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(ANSWER_SECONDS * 1000))
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the loop's signature
        self._server.connections.discard(self)
        self.reads_on = False
        for exchange in (self._current, self._requests.incoming, *self._waiting):
            if exchange is not None:
                exchange.leave()
        self._waiting.clear()
        self._time(None)
        self._stop_timer()
        self.resume_writing()

    def eof_received(self) -> bool:
        """Whether to go on writing: who has sent whole requests may still read the answers."""
        last = self._last_begun()
        if last is None or not last.complete or last.started:
            return False  # a stream would not end by itself
        self.reads_on, self._sends_no_more = False, True
        last.keep_alive = False
        self._watch()
        return True

    def data_received(self, data: bytes) -> None:
        if not self.reads_on:
            return
        try:
            self._requests.feed(data)
        except Refused as refusal:
            self._refuse(refusal.answer)
        self._go_on()

    def pause_writing(self) -> None:
        self.writable = asyncio.Event()
        self._start_sending_timer()

    def resume_writing(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        if self.writable is not None:
            self.writable.set()
            self.writable = None
            if not self._transport.is_closing():
                self._go_on()

    def shutdown(self) -> None:
        """The server is about to end and waits for open answers: those that do not end by themselves must be told."""
        self._app_state.get(ON_SHUTDOWN, lambda: None)()
        last = self._last_begun()
        if last is None:
            self._close()
        else:
            last.keep_alive = False
            self.reads_on = self.reads_on and not last.complete

    def _last_begun(self) -> Exchange | None:
        """The last request that is to be answered and has arrived at least in part."""
        return self._waiting[-1] if self._waiting else self._current

    # Called by the reader of requests

    def new_exchange(self, scope: Scope, *, keep_alive: bool, expects_continue: bool) -> Exchange:
        exchange = Exchange(self, scope, keep_alive=keep_alive, expects_continue=expects_continue)
        self._waiting.append(exchange)
        return exchange

    def completed(self, exchange: Exchange) -> None:
        self._timed = None  # the next head has a deadline of its own
        if exchange is self._current:
            self._count(exchange)
        if len(self._waiting) >= MAX_WAITING:
            exchange.keep_alive = False
        if not exchange.keep_alive:
            self.reads_on = False

    # Called by an exchange

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        return self._server.default_headers

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def made(self, exchange: Exchange) -> None:
        if exchange.work is not None and self._load is not None:
            self._load.end(exchange.work)
            exchange.work = None

    def answered(self, exchange: Exchange) -> None:
        self._server.total_requests += 1
        self._current = None
        if not exchange.keep_alive:
            self._end()
        else:
            self._go_on()

    def failed(self, exchange: Exchange, answer: ServerAnswer) -> None:
        if exchange.started:
            self._cut()
        else:
            exchange.leave()
            self._current = None
            self._waiting.clear()
            self._last_word = self._own_answer(answer, exchange)
            self._go_on()

    def adjust_reading(self) -> None:
        """Read on unless there is enough to do: a request that has to wait, or a body that nobody takes."""
        incoming = self._requests.incoming
        full = self.reads_on and (
            (bool(self._waiting) and self._waiting[0].complete)
            or (incoming is not None and len(incoming.body) > HELD_BYTES and not incoming.answered)
        )
        if full is self._reading and not self._transport.is_closing():
            self._reading = not full
            (self._transport.pause_reading if full else self._transport.resume_reading)()

    # Answering

    def _go_on(self) -> None:
        """Start the next request if one is here, and wait for what is waited for next."""
        self._start_next()
        if self._last_word is not None and self._current is None and not self._waiting:
            self._transport.write(self._last_word)
            self._last_word = None
            self._end()
        self.adjust_reading()
        self._watch()

    def _start_next(self) -> None:
        while self._current is None and self.writable is None and self._waiting:
            exchange = self._waiting[0]
            if not (exchange.complete or exchange.early):
                return
            self._waiting.popleft()
            if self._is_shed(exchange):
                continue
            self._current = exchange
            if exchange.complete:
                self._count(exchange)
            exchange.scope["state"] = self._app_state.copy()
            task = self._loop.create_task(exchange.run(self._config.loaded_app))
            task.add_done_callback(self._server.tasks.discard)
            self._server.tasks.add(task)

    def _is_shed(self, exchange: Exchange) -> bool:
        """Whether it is refused, because there is too much to do."""
        if self._load is None or not self._load.counts(exchange.scope["path"]) or self._load.admits():
            return False
        exchange.forgo_body()
        self._transport.write(self._own_answer(OVERLOADED, exchange, keep_alive=exchange.keep_alive))
        exchange.started = exchange.answered = True
        if not exchange.keep_alive:
            self._end()
        return True

    def _count(self, exchange: Exchange) -> None:
        """The whole request is here: until its answer is made, it is load."""
        if self._load is not None and not exchange.started and self._load.counts(exchange.scope["path"]):
            exchange.work = self._load.begin()

    # Ending

    def _watch(self) -> None:
        """Set the deadline for what is waited for now. A request that arrives in one piece, as nearly all do, needs none."""
        waits_for: str | None = self._requests.stage
        if waits_for is IDLE:
            is_waiting = self._current is None and not self._waiting
        else:
            # A client that we do not read is not late.
            is_waiting = self._reading or self._requests.incoming is self._current
        if not (is_waiting and self.reads_on):
            waits_for = None
        if waits_for is not self._timed or waits_for is None:
            self._time(waits_for)

    def _time(self, waits_for: str | None) -> None:
        """Set the deadline. Nearly all are replaced before they pass, so the timer stays, unless it would look too late."""
        self._timed = waits_for
        if waits_for is None:
            return
        seconds = {HEAD: HEAD_SECONDS, BODY: BODY_SECONDS, IDLE: self._config.timeout_keep_alive}[waits_for]
        self._due = self._loop.time() + seconds
        if self._arrival is None or self._fires_at > self._due:
            self._set_timer()

    def _set_timer(self) -> None:
        self._stop_timer()
        self._fires_at = self._due
        self._arrival = self._loop.call_at(self._due, self._look)

    def _stop_timer(self) -> None:
        if self._arrival is not None:
            self._arrival.cancel()
            self._arrival = None

    def _look(self) -> None:
        self._arrival = None
        if self._timed is not None:
            if self._loop.time() < self._due:
                self._set_timer()
            else:
                self._too_late()

    def _too_late(self) -> None:
        incoming = self._requests.incoming
        if self._timed is IDLE:
            self._close()
        elif self._timed is BODY and incoming is not None and incoming.arrived >= BODY_PIECE_BYTES:
            incoming.arrived = 0
            self._time(BODY)
        else:
            self._refuse(TOO_SLOW)
            self._go_on()

    def _refuse(self, answer: ServerAnswer) -> None:
        """End with this answer, behind those to the requests before."""
        self.reads_on = False
        exchange = self._requests.incoming
        if exchange is not None:
            exchange.leave()
            if exchange.started:
                self._cut()  # another answer in the middle of this one, or behind it, would be taken for something else
                return
            if exchange is self._current:
                self._current = None
            else:
                self._waiting.pop()
        self._last_word = self._own_answer(answer, exchange)

    def _own_answer(self, answer: ServerAnswer, exchange: Exchange | None, *, keep_alive: bool = False) -> bytes:
        # Of a head that is not whole, what has arrived counts.
        asked = self._requests.headers if exchange is None else exchange.scope["headers"]
        is_head = exchange is not None and exchange.scope["method"] == "HEAD"
        lines = header_lines(self.default_headers) + self._headers.of_server(asked)
        return answer.to_bytes(lines, keep_alive=keep_alive, with_body=not is_head)

    def _end(self) -> None:
        """Say that this was the last answer, and close when the client has done so, or soon."""
        self.reads_on = False
        self._waiting.clear()
        self._time(None)
        if self._sends_no_more:
            self._close()
        elif not self._transport.is_closing():
            self.adjust_reading()
            self._transport.write_eof()
            self._loop.call_later(LINGER_SECONDS, self._close)

    def _close(self) -> None:
        self.reads_on = False
        self._transport.close()
        if self._transport.get_write_buffer_size():
            self._start_sending_timer()

    def _start_sending_timer(self) -> None:
        if self._sending is None:
            self._sending = self._loop.call_later(ANSWER_SECONDS, self._cut)

    def _cut(self) -> None:
        """Drop the connection with all that is unsent, in this process and in the kernel."""
        if (connection := self._transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
