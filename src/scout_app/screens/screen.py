"""What all screens share: a place on the page, tasks that end with them, and loading that never spins for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import flet as ft

from scout_app.service.backoff import pause
from scout_app.service.errors import Refused, Unreachable
from scout_app.ui import parts

if TYPE_CHECKING:
    from scout_app.app import App

T = TypeVar("T")
UNAUTHENTICATED = 401


class Screen:
    """One screen, from entering it to leaving it."""

    nav: int | None = None
    """Which entry of the main menu it belongs to; None: it fills the window."""
    tells_of_unsent = False
    """Whether the screen itself says what waits to be sent."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.t = app.t
        self.root = ft.Container(expand=True)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._hurry = asyncio.Event()

    async def enter(self) -> None:
        """Load and show."""

    def render(self) -> None:
        """Show what is known now: at first, and when the window's width, the language or the theme changed."""

    def leave(self) -> None:
        """End what runs for this screen."""
        for task in self._tasks:
            task.cancel()

    async def wants_to_go(self) -> bool:
        """Whether the learner may leave by the menu or a button of the app; a screen may ask first."""
        return True

    def key(self, key: str) -> None:
        """A key was pressed."""

    def awaits(self, _key: str) -> bool:
        """Whether this screen waits for the answer to that attempt, and will tell of it."""
        return False

    def outbox_changed(self) -> None:
        """Something was sent, or could not be."""

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        """Run `job` until it ends or the screen is left."""
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def show(self, content: ft.Control) -> None:
        self.root.content = content
        self.refresh()

    def refresh(self, *controls: ft.Control) -> None:
        """Send what changed to the learner's device, if this screen is still on it."""
        for control in controls or (self.root,):
            with suppress(RuntimeError):  # left meanwhile
                control.update()

    async def load(self, fetch: Callable[[], Awaitable[T]]) -> T:
        """What `fetch` brings. While the service is away this says so and tries again, by itself or when told to.

        Raises `Refused`; but when the token is over, the session ends and this never returns.
        """
        tries = 0
        while True:
            self._hurry.clear()
            try:
                return await fetch()
            except Unreachable as unreachable:
                tries += 1
                title, text = self.t("offline.title"), self.t("offline.text")
                self.show(self.notice(ft.Icons.CLOUD_OFF_ROUNDED, title, self._hurry.set, text=text))
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause(tries, asked=unreachable.retry_after, most=10)):
                        await self._hurry.wait()
            except Refused as refused:
                if refused.status == UNAUTHENTICATED and self.app.api.token is not None:
                    await self.app.end_session(self.t("signed_out"))
                    await asyncio.Event().wait()
                raise

    def waiting(self) -> ft.Control:
        """To be seen until the first answer comes."""
        ring = ft.ProgressRing(width=36, height=36, color=ft.Colors.SECONDARY, semantics_label=self.t("loading"))
        column = ft.Column(
            [ring, parts.small(self.t("loading"))], horizontal_alignment=ft.CrossAxisAlignment.CENTER, tight=True
        )
        return ft.Container(column, alignment=ft.Alignment.CENTER, expand=True)

    def notice(self, icon: ft.IconData, title: str, again: parts.Handler, *, text: str = "") -> ft.Control:
        """Why there is nothing to be seen, and a button to try again."""
        column = ft.Column(
            [
                ft.Icon(icon, size=56, color=ft.Colors.OUTLINE),
                parts.heading(title, size=22, centred=True),
                *([parts.body(text, text_align=ft.TextAlign.CENTER)] if text else []),
                parts.primary(self.t("again"), again, icon=ft.Icons.REFRESH_ROUNDED),
            ],
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=16,
            tight=True,
        )
        return ft.Container(
            ft.Semantics(content=column, live_region=True), alignment=ft.Alignment.CENTER, expand=True, padding=24
        )
