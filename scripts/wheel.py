"""Puts the built web app into the wheel, where hosts need no Node: a hook of the build, and `make wheel`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LAST_WRITTEN = "version.txt"


class WebApp(BuildHookInterface[Any]):
    """Refuses a wheel without the app; an editable installation finds it in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build = Path(self.root) / "web" / "dist"
        if not (build / LAST_WRITTEN).exists():
            raise FileNotFoundError("the web app is not built: run `make setup`")
        build_data["force_include"][str(build)] = "scout_os/web"
