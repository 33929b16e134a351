"""Logs: one structured event per line, with the id of its request."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, Literal, TextIO

import structlog

LogFormat = Literal["auto", "json", "console"]

CHATTY = (
    "uvicorn.error",
    "uvicorn.access",
    "alembic",
    "asyncio",
    "httpx",
    "httpcore",
    "PIL",
    "python_multipart",
    "sse_starlette",
)
"""Libraries that log every step, some of them with secrets in their arguments."""
DETAIL = "\nDETAIL:"
"""What follows in a PostgreSQL error repeats values of the row: names, hashes."""


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
    """A traceback for the console, likewise."""
    text = "".join(traceback.format_exception(*exc_info))
    stream.write("\n" + "\n".join(line for line in text.splitlines() if not line.startswith(DETAIL.strip())))
