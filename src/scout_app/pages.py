"""The files that the browser loads first: ours, and Flet's page with our curtain in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from scout_app.texts import LANGUAGES
from scout_app.texts.curtain import TABLE

ASSETS = Path(__file__).with_name("assets")
BASE = '<base href="/">'
"""Stands at the top of Flet's page; `flet-web` is pinned."""


def write_assets(directory: Path, web_dir: Path) -> None:
    """Fill `directory`, whose files go before those of Flet's client in `web_dir`."""
    shutil.copytree(ASSETS, directory, dirs_exist_ok=True)
    texts = {key.removeprefix("curtain."): dict(zip(LANGUAGES, text, strict=True)) for key, text in TABLE.items()}
    ours = (
        f"<script>window.scoutTexts = {json.dumps(texts)};</script>"
        '<script src="scout.js"></script><link rel="stylesheet" href="scout.css">'
    )
    page = (web_dir / "index.html").read_text("utf-8")
    if BASE not in page:
        raise RuntimeError("Flet's page is another than the one that this was written for")
    (directory / "index.html").write_text(page.replace(BASE, BASE + ours, 1), "utf-8")
