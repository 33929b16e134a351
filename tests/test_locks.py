"""The lock files name the public index and hashes, and nothing of the machine they were made on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["uv.lock", "requirements.lock"])
def test_a_lock_holds_no_path_of_a_machine(name: str) -> None:
    """No file URL, no absolute path, no index but the public one."""
    text = (ROOT / name).read_text()
    assert not re.search(r"file:|(?<![\w:/.])/(home|root|tmp|opt|work|usr)/", text)
    assert set(re.findall(r'registry = "([^"]+)"', text)) <= {"https://pypi.org/simple"}


def test_every_locked_requirement_has_a_hash() -> None:
    """What pip installs is what was locked."""
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text())
    packages = [entry for entry in entries if "==" in entry.splitlines()[0]]
    assert len(packages) > 40
    assert all("--hash=sha256:" in entry for entry in packages)
