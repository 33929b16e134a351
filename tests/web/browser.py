"""The browser of this machine."""

from __future__ import annotations

import shutil

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
"""No sandbox, because tests may run as root."""


def chromium() -> str:
    """Where it is; `make test` sees to it that there is one."""
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    assert found, "no Chromium on this machine: run `make chromium`, or install it (Debian: apt install chromium)"
    return found
