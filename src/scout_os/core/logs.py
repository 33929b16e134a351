"""Logs: one structured event per line, with the id of its request."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from typing import Any, Literal, TextIO
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LogFormat = Literal["auto", "json", "console"]
MAX_REQUEST_ID = 64
SLOW_SECONDS = 1.0

CHATTY = ("uvicorn.error", "uvicorn.access", "alembic", "asyncio", "httpx", "httpcore", "PIL", "python_multipart")
"""Libraries that log every step, some of them with secrets in their arguments."""
DETAIL = "\nDETAIL:"
"""What follows in a PostgreSQL error repeats values of the row: names, hashes."""

log = structlog.get_logger(__name__)


def configure_logging(level: str, log_format: LogFormat = "auto") -> None:
    """Write our events and those of libraries to standard error, in one format."""
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=_as_text)]
        if console
        else [structlog.processors.ExceptionRenderer(_as_values), structlog.processors.JSONRenderer()]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _as_values(exc_info: structlog.typing.ExcInfo) -> list[dict[str, Any]]:
    """A traceback as JSON, without local variables and rows, which may be personal data."""
    stacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)(exc_info)
    for stack in stacks:
        stack["exc_value"] = stack["exc_value"].split(DETAIL)[0]
    return stacks


def _as_text(stream: TextIO, exc_info: structlog.typing.ExcInfo) -> None:
    """The same for people."""
    text = "".join(traceback.format_exception(*exc_info))
    stream.write("\n" + "\n".join(line for line in text.splitlines() if not line.startswith(DETAIL.strip())))


class RequestLog:
    """ASGI middleware: gives each request an id (the caller's `X-Request-ID` if it is sane) and logs what deserves a line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        header = request_id.encode()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = answered = time.monotonic()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.monotonic()  # what follows may be a stream of hours
                message["headers"].append((b"x-request-id", header))
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = (answered if answered > started else time.monotonic()) - started
            # Ordinary answers are counted, not logged: at full load a line each would cost more than the answer.
            # Nor are refusals while a store is away: the change of state is logged where it is noticed, once.
            event = log.warning if (status >= 500 and status != 503) or seconds > SLOW_SECONDS else log.debug
            event("request", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1))


def _request_id(given: str | None) -> str:
    if given and len(given) <= MAX_REQUEST_ID and given.isascii() and given.replace("-", "").isalnum():
        return given
    return uuid4().hex
