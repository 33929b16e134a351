"""Which screen a route leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout_app.screens.account import AccountScreen
from scout_app.screens.board import BoardScreen
from scout_app.screens.path import PathScreen
from scout_app.screens.practice import PracticeScreen
from scout_app.screens.profile import ProfileScreen
from scout_app.screens.result import ResultScreen
from scout_app.screens.screen import Screen

if TYPE_CHECKING:
    from scout_app.app import App


def screen_for(app: App, route: str) -> Screen:
    """The screen of `route`. A stranger to all of them is shown the path, and without a session the way in."""
    parts = [part for part in route.split("?")[0].split("/") if part]
    if app.api.token is None:
        return AccountScreen(app, registering=parts[:1] == ["daftar"])
    match parts:
        case ["latihan", level_id]:
            return PracticeScreen(app, level_id)
        case ["hasil", level_id] if level_id in app.results:
            return ResultScreen(app, *app.results[level_id])
        case ["peringkat"]:
            return BoardScreen(app)
        case ["profil"]:
            return ProfileScreen(app)
        case _:
            return PathScreen(app)
