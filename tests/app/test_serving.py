"""How the Flet app is served: by a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from tests.app.site import site_running
from tests.process import clean_environment


def test_the_app_alone_is_below_a_prefix_too() -> None:
    """A process of the app's own has its page below `SCOUT_ROOT_PATH`, whether or not a proxy takes that away."""
    with site_running("http://127.0.0.1:9", "/belajar") as url:
        for prefix in ("", "/belajar"):
            assert '<base href="/belajar/">' in httpx.get(f"{url}{prefix}/").text
            assert httpx.head(f"{url}{prefix}/flutter_bootstrap.js").status_code == 200
            assert httpx.get(f"{url}{prefix}/healthz").json() == {"status": "ok"}


def test_without_a_desktop_the_command_says_what_to_do() -> None:
    """`scout-app` alone on a machine without a screen ends at once with one line that names the other way."""
    command = Path(sys.executable).with_name("scout-app")
    env = {name: value for name, value in clean_environment().items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ended = subprocess.run([command], env=env, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "scout-app serve" in ended.stderr
