"""Logs: one line an event, and nothing in them that only a request knew."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import structlog
from scout_os.core.logs import configure_logging
configure_logging("INFO", FORMAT)
def login(password):
    raise ValueError("no")
try:
    login("canary-password-1961")
except ValueError:
    structlog.get_logger("t").exception("failed", name='line\\nbreak"}')
"""


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_logged_error_tells_where_and_never_the_local_variables(log_format: str) -> None:
    """The traceback names the function and hides what it held, in either format."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("FORMAT", repr(log_format))], capture_output=True, text=True, check=True
    )
    assert "login" in ran.stderr
    assert "canary" not in ran.stderr.replace('login("canary-password-1961")', "")
    if log_format == "json":
        [line] = ran.stderr.splitlines()
        assert json.loads(line)["name"] == 'line\nbreak"}'
