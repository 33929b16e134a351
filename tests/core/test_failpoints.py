"""Failpoints do nothing unless asked, and are refused where they must never be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from scout_os.core.failpoints import Failpoint, parse


def passing(points: str) -> subprocess.CompletedProcess[bytes]:
    """A process that passes the place `here` once."""
    code = "from scout_os.core.failpoints import hit; hit('here'); print('alive')"
    environment = {**os.environ, "SCOUT_FAILPOINTS": points}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)


def test_kills_raises_or_lets_pass() -> None:
    """A place is passed, ends the process as kill -9 does, or fails as a lost connection does."""
    assert passing("").stdout == b"alive\n"
    assert passing("elsewhere=kill").stdout == b"alive\n"
    assert passing("here=kill:0").stdout == b"alive\n"
    assert passing("here=kill").returncode == -signal.SIGKILL
    assert b"ConnectionError" in passing("here=raise").stderr or b"FailpointHit" in passing("here=raise").stderr


def test_reads_actions_seconds_and_probabilities() -> None:
    """`name=action[:seconds][:probability]`, several by semicolon; anything else is an error."""
    assert parse("a=kill:0.02; b=sleep:1.5:0.1;c=raise") == {
        "a": Failpoint("kill", 0.0, 0.02),
        "b": Failpoint("sleep", 1.5, 0.1),
        "c": Failpoint("raise", 0.0, 1.0),
    }
    for nonsense in ("a", "a=explode", "a=kill:1:2", "a=kill:often"):
        with pytest.raises(ValueError):
            parse(nonsense)
