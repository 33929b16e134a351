"""`make dev`: an edit is served within seconds, on the same embedded servers."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.core.embedded.clients import eventually
from tests.process import clean_environment, scout_os

ROOT = Path(__file__).parents[1]
SECONDS = 60


def test_an_edit_is_served_and_a_broken_one_is_not(tmp_path: Path) -> None:
    """The API's version and the app's page follow their sources; a syntax error leaves the old workers serving."""
    source, data_dir = tmp_path / "src", tmp_path / "var"
    shutil.copytree(ROOT / "src" / "scout_os", source / "scout_os", ignore=shutil.ignore_patterns("__pycache__"))
    web = tmp_path / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules", "dist", "tests"))
    (web / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    page = web / "index.html"
    package = source / "scout_os" / "__init__.py"
    command = [sys.executable, str(ROOT / "scripts" / "dev.py")]
    environment = clean_environment(
        {
            "PYTHONPATH": str(source),
            "SCOUT_CONTENT_DIR": str(ROOT / "content" / "pramuka"),
            "SCOUT_DATA_DIR": str(data_dir),
            "SCOUT_PORT": "0",
        }
    )
    with (
        (tmp_path / "log").open("ab") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=environment) as dev,
    ):
        try:
            assert eventually(lambda: scout_os("urls", data_dir=data_dir).returncode == 0, SECONDS)
            told = json.loads(scout_os("urls", data_dir=data_dir).stdout)
            assert eventually(lambda: _version(told["api_url"]) != "", SECONDS)
            package.write_text('"""Edited."""\n\n__version__ = "7.7.7"\n')
            assert eventually(lambda: {_version(told["api_url"]) for _ in range(8)} == {"7.7.7"}, SECONDS)
            page.write_text(page.read_text().replace("<title>Scout OS", "<title>Edited"))
            assert eventually(lambda: "<title>Edited" in _page(told["api_url"]), SECONDS)
            (source / "scout_os" / "app.py").write_text("this is no Python")
            assert eventually(lambda: "aborting the restart" in (tmp_path / "log").read_text(), SECONDS)
            assert _version(told["api_url"]) == "7.7.7"
            assert json.loads(scout_os("urls", data_dir=data_dir).stdout) == told
        finally:
            dev.send_signal(signal.SIGTERM)
            dev.wait(30)


def _version(api_url: str) -> str:
    """What the OpenAPI document says, from a new connection; "" while nobody serves it."""
    try:
        return str(httpx.get(f"{api_url}/openapi.json", timeout=10).json()["info"]["version"])
    except httpx.TransportError:
        return ""


def _page(api_url: str) -> str:
    """The app's page, or what is said instead; "" while nobody answers."""
    try:
        return httpx.get(f"{api_url}/", timeout=10).text
    except httpx.TransportError:
        return ""
