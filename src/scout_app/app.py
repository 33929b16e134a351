"""One learner's session: what is known, which screen is shown, and what goes on in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import flet as ft

from scout_app import device as kept
from scout_app.device import Device
from scout_app.frame import Frame
from scout_app.screens import routes
from scout_app.screens.screen import Screen
from scout_app.service.api import Api, Service
from scout_app.service.errors import Refused, Unreachable
from scout_app.service.models import Profile, Result, ScoutRank
from scout_app.service.outbox import Attempt, Outbox
from scout_app.texts import LANGUAGES, Language, Texts
from scout_app.ui import theme
from scout_app.ui.badge import rank_at
from scout_app.ui.parts import WIDEST

LEAVING_SECONDS = 3.0
"""Who signs out does not wait longer for a service that is away."""
THEMES = {"light": ft.ThemeMode.LIGHT, "dark": ft.ThemeMode.DARK, "system": ft.ThemeMode.SYSTEM}


def main_of(service: Service) -> Callable[[ft.Page], Awaitable[None]]:
    """What Flet calls for each session."""

    async def main(page: ft.Page) -> None:
        await App(page, service).start()

    return main


class App:
    """Holds the session together. Screens reach everything through it."""

    def __init__(self, page: ft.Page, service: Service) -> None:
        self.page = page
        self.api = Api(service, page.client_ip if page.web else None)
        self.device = Device()
        self.t = Texts()
        self.theme = "system"
        self.me: Profile | None = None
        self.ranks: list[ScoutRank] = []
        self.outbox: Outbox | None = None
        self.results: dict[str, tuple[Attempt, Result]] = {}
        """What came of attempts of this session, by level."""
        self.screen: Screen | None = None
        self.frame = Frame(self)
        self._sender: asyncio.Task[None] | None = None

    @property
    def width(self) -> float:
        return self.page.width or 360

    @property
    def content_width(self) -> float:
        """How wide a column of text may be here."""
        return min(WIDEST, self.width - (self.frame.rail_width if self.frame.has_rail else 0))

    async def start(self) -> None:
        """Take up what this device knows, and show the first screen."""
        settings, token = await asyncio.gather(self.device.get(kept.SETTINGS), self.device.get(kept.TOKEN))
        self._take_settings(settings or {})
        self.page.title = self.t("app.name")
        self.page.fonts = theme.FONTS
        self.page.theme, self.page.dark_theme = theme.theme(theme.LIGHT), theme.theme(theme.DARK)
        self.page.on_route_change = self._route_changed
        self.page.on_resize = self._resized
        self.page.on_keyboard_event = self._key_pressed
        self.page.on_disconnect = self._disconnected
        self.page.on_connect = self._connected
        self.page.on_close = self._closed
        self.frame.mount()
        if token:
            await self._begin_session(token["token"], token["user_id"])
        await self.open(self.page.route)

    # Where we are.

    async def go(self, route: str) -> None:
        """Show another screen, if the present one lets go."""
        if self.screen is not None and not await self.screen.wants_to_go():
            return
        if self.page.route == route:
            await self.open(route)
        else:
            await self.page.push_route(route)

    async def open(self, route: str) -> None:
        """Show the screen of `route`; without a session, signing in comes first."""
        if self.screen is not None:
            self.screen.leave()
        screen = self.screen = routes.screen_for(self, route)
        screen.render()
        self.frame.show(screen)
        screen.spawn(screen.enter())  # it may try for long, and ends when the screen is left

    async def _route_changed(self, event: ft.RouteChangeEvent) -> None:
        await self.open(event.route)

    def _resized(self, _: ft.PageResizeEvent) -> None:
        if self.frame.resized() and self.screen is not None:
            self.screen.render()
            self.frame.show(self.screen)

    def _key_pressed(self, event: ft.KeyboardEvent) -> None:
        if self.screen is not None and not (event.ctrl or event.alt or event.meta):
            self.screen.key(event.key)

    # Who we are.

    async def sign_in(self, token: str) -> None:
        """Begin a session and remember it; raises what `Api.me` raises."""
        self.api.token = token
        try:
            self.me = await self.api.me()
        except (Refused, Unreachable):
            self.api.token = None
            raise
        await self.device.put(kept.TOKEN, {"token": token, "user_id": self.me.id})
        await self._begin_session(token, self.me.id)

    async def sign_out(self) -> None:
        """End the session at the service too; where that is out of reach, here alone, and the token ends when its time is up."""
        with suppress(Refused, Unreachable, TimeoutError):
            async with asyncio.timeout(LEAVING_SECONDS):
                await self.api.logout()
        await self.end_session()

    async def end_session(self, why: str | None = None) -> None:
        """Forget the token; attempts that wait stay on the device for this learner."""
        self._stop_sending()
        self.api.token, self.me, self.outbox = None, None, None
        self.results.clear()
        await self.device.remove(kept.TOKEN)
        await self.device.remove(kept.PLACE)
        if why:
            self.frame.say(why)
        await self.open("/")

    async def _begin_session(self, token: str, user_id: int) -> None:
        self.api.token = token
        self.outbox = Outbox(
            store=self.device, sender=self.api, prefix=f"{kept.UNSENT}{user_id}.", changed=self._outbox_changed
        )
        self.outbox.on_result = self._attempt_answered
        self.outbox.on_refused = self._attempt_refused
        await self.outbox.load()
        self._start_sending()

    def scout_rank(self, xp: int) -> str:
        """The name of the scout rank that `xp` is worth, once the ranks are known."""
        return self.ranks[rank_at(xp, self.ranks)].name if self.ranks else ""

    # What is on its way.

    def _start_sending(self) -> None:
        if self.outbox is not None and (self._sender is None or self._sender.done()):
            self._sender = asyncio.create_task(self.outbox.run())

    def _stop_sending(self) -> None:
        if self._sender is not None:
            self._sender.cancel()

    def _outbox_changed(self) -> None:
        self.frame.show_unsent()
        if self.screen is not None:
            self.screen.outbox_changed()

    def _attempt_answered(self, attempt: Attempt, result: Result) -> None:
        self.results[attempt.level_id] = (attempt, result)
        if self.screen is not None and not self.screen.awaits(attempt.key):
            key = "sent.paid" if result.xp_earned else "sent.unpaid"
            self.frame.say(
                self.t(key, title=attempt.title, xp=result.xp_earned),
                action=self.t("sent.look"),
                route=f"/hasil/{attempt.level_id}",
            )

    def _attempt_refused(self, attempt: Attempt, refused: Refused) -> None:
        if self.screen is not None and not self.screen.awaits(attempt.key):
            self.frame.say(self.t("sent.refused", title=attempt.title, reason=self.reason(refused)))

    def reason(self, error: Refused | Unreachable) -> str:
        """Why something failed, in the learner's language, from the code of the service's answer."""
        if isinstance(error, Unreachable):
            return self.t("problem.busy" if error.reason in BUSY else "problem.unreachable")
        for field in error.fields:
            if self.t.has(f"problem.field.{field}"):
                return self.t(f"problem.field.{field}")
        key = f"problem.{error.code}"
        return self.t(key if self.t.has(key) else "problem.unknown")

    # What this device prefers.

    async def set_language(self, language: Language) -> None:
        self._take_settings({"language": language, "theme": self.theme})
        await self._settings_changed()

    async def set_theme(self, name: str) -> None:
        self._take_settings({"language": self.t.language, "theme": name})
        await self._settings_changed()

    def _take_settings(self, settings: dict[str, Any]) -> None:
        if settings.get("language") in LANGUAGES:
            self.t = Texts(settings["language"])
        if settings.get("theme") in THEMES:
            self.theme = settings["theme"]
        self.page.theme_mode = THEMES[self.theme]
        # What Flutter itself says to screen readers follows.
        self.page.locale_configuration = ft.LocaleConfiguration(
            supported_locales=[ft.Locale(language) for language in LANGUAGES], current_locale=ft.Locale(self.t.language)
        )

    async def _settings_changed(self) -> None:
        if self.screen is not None:
            self.screen.t = self.t
            self.screen.render()
            self.frame.show(self.screen)
        await self.device.put(kept.SETTINGS, {"language": self.t.language, "theme": self.theme})

    # Whether anybody is looking.

    async def _disconnected(self, _: ft.Event[ft.Page]) -> None:
        """The window is gone or cut off: nothing is drawn or asked for until it is back."""
        self._stop_sending()
        if self.screen is not None:
            self.screen.leave()

    async def _connected(self, _: ft.Event[ft.Page]) -> None:
        with suppress(Exception):
            if self.outbox is not None:
                await self.outbox.load()
        self._start_sending()
        await self.open(self.page.route)

    async def _closed(self, _: ft.Event[ft.Page]) -> None:
        self._stop_sending()
        if self.screen is not None:
            self.screen.leave()


BUSY = frozenset({"too_many_requests", "429"})
