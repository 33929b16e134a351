"""What the service logs, as values."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from scout_os.core.logs import configure_logging


@contextmanager
def captured(logger: str) -> Iterator[list[dict[str, Any]]]:
    """The events that `logger` logs during the block, from level WARNING on."""
    if not structlog.is_configured():
        configure_logging("WARNING", "json")
    events: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.msg, dict):
                events.append(record.msg)

    handler = Keep()
    logging.getLogger(logger).addHandler(handler)
    try:
        yield events
    finally:
        logging.getLogger(logger).removeHandler(handler)
