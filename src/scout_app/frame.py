"""What is around the screens: the menu, what waits to be sent, and short messages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from scout_app.screens.screen import Screen
from scout_app.ui import parts

if TYPE_CHECKING:
    from scout_app.app import App

WIDE = 840
"""From here on the menu is a rail at the side."""
RAIL_WIDTH = 208
MENU = (
    ("nav.learn", ft.Icons.MAP_OUTLINED, ft.Icons.MAP_ROUNDED, "/"),
    ("nav.board", ft.Icons.LEADERBOARD_OUTLINED, ft.Icons.LEADERBOARD_ROUNDED, "/peringkat"),
    ("nav.profile", ft.Icons.PERSON_OUTLINE_ROUNDED, ft.Icons.PERSON_ROUNDED, "/profil"),
)


class Frame:
    """The one view of the page."""

    rail_width = RAIL_WIDTH

    def __init__(self, app: App) -> None:
        self._app = app
        self._banner = ft.Container(visible=False)
        self._body = ft.Container(expand=True)
        self._rail = ft.Container(visible=False)
        column = ft.Column([self._banner, self._body], expand=True, spacing=0)
        row = ft.Row([self._rail, column], expand=True, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
        self._view = ft.View(route="/", controls=[ft.SafeArea(row, expand=True)], padding=0, spacing=0)
        self._width_before: tuple[bool, float] | None = None
        self.has_rail = False

    def mount(self) -> None:
        self._app.page.views[:] = [self._view]
        self.resized()

    def resized(self) -> bool:
        """Whether the width changed so that the screen must be laid out anew."""
        now = (self._app.width >= WIDE, self._app.width)
        changed = now != self._width_before
        self._width_before = now
        return changed

    def show(self, screen: Screen) -> None:
        """Put `screen` on the page, with the menu where it has one."""
        self._body.content = screen.root
        self._show_menu(screen.nav)
        self._fill_banner()
        self._app.page.update()

    def show_unsent(self) -> None:
        """What waits to be sent changed."""
        self._fill_banner()
        self._app.page.update()

    def say(self, text: str, *, action: str | None = None, route: str | None = None) -> None:
        """A short message at the bottom, read aloud too."""

        async def follow() -> None:
            if route is not None:
                await self._app.go(route)

        message = ft.SnackBar(
            content=ft.Semantics(content=ft.Text(text, color=ft.Colors.ON_INVERSE_SURFACE, size=16), live_region=True),
            bgcolor=ft.Colors.INVERSE_SURFACE,
            behavior=ft.SnackBarBehavior.FLOATING,
            show_close_icon=action is None,
            close_icon_color=ft.Colors.ON_INVERSE_SURFACE,
            action=ft.SnackBarAction(label=action, text_color=ft.Colors.INVERSE_PRIMARY, on_click=follow)
            if action
            else None,
            duration=6000,
            width=min(560.0, self._app.width - 32),
        )
        self._app.page.show_dialog(message)

    async def ask(self, *, title: str, text: str, yes: str, no: str) -> bool:
        """A question that must be answered before anything else."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def give(said: bool) -> None:
            if not answer.done():
                answer.set_result(said)
                self.close(dialog)

        dialog = ft.AlertDialog(
            modal=True,
            title=ft.Text(title, size=22, weight=ft.FontWeight.W_700),
            content=parts.body(text),
            actions=[
                parts.link(yes, lambda: give(True)),
                parts.primary(no, lambda: give(False), autofocus=True),
            ],
            actions_alignment=ft.MainAxisAlignment.END,
            on_dismiss=lambda: None if answer.done() else answer.set_result(False),
        )
        self._app.page.show_dialog(dialog)
        return await answer

    def close(self, dialog: ft.DialogControl) -> None:
        """Close `dialog` and nothing else: what Flet's page would close is the newest, which may be a message."""
        dialog.open = False
        dialog.update()

    def _show_menu(self, chosen: int | None) -> None:
        wide = self._app.width >= WIDE
        self.has_rail = wide and chosen is not None
        self._rail.visible = self.has_rail
        self._view.navigation_bar = None
        if chosen is None:
            return
        t = self._app.t
        if wide:
            self._rail.content = ft.NavigationRail(
                selected_index=chosen,
                extended=True,
                min_extended_width=RAIL_WIDTH,
                leading=_brand(t("app.name")),
                destinations=[
                    ft.NavigationRailDestination(
                        icon=icon, selected_icon=full, label=ft.Text(t(key), size=16, weight=ft.FontWeight.W_600)
                    )
                    for key, icon, full, _ in MENU
                ],
                on_change=self._chosen,
            )
            self._rail.width = RAIL_WIDTH
        else:
            self._view.navigation_bar = ft.NavigationBar(
                selected_index=chosen,
                destinations=[
                    ft.NavigationBarDestination(icon=icon, selected_icon=full, label=t(key))
                    for key, icon, full, _ in MENU
                ],
                on_change=self._chosen,
            )

    async def _chosen(self, event: ft.Event[ft.NavigationBar] | ft.Event[ft.NavigationRail]) -> None:
        index = event.control.selected_index or 0
        await self._app.go(MENU[index][3])

    def _fill_banner(self) -> None:
        outbox, t = self._app.outbox, self._app.t
        waiting = outbox.waiting if outbox is not None else []
        own_words = self._app.screen is not None and self._app.screen.tells_of_unsent
        self._banner.visible = bool(waiting) and bool(outbox and outbox.tries) and not own_words
        if not self._banner.visible or outbox is None:
            return
        words = ft.Text(t("unsent", n=len(waiting)), color=ft.Colors.ON_TERTIARY_CONTAINER, size=15, expand=True)
        self._banner.content = ft.Semantics(
            content=ft.Row(
                [
                    ft.Icon(ft.Icons.SCHEDULE_SEND_ROUNDED, color=ft.Colors.ON_TERTIARY_CONTAINER),
                    words,
                    parts.link(t("unsent.now"), outbox.hurry),
                ],
                spacing=12,
            ),
            live_region=True,
            container=True,
        )
        self._banner.bgcolor = ft.Colors.TERTIARY_CONTAINER
        self._banner.padding = ft.Padding.symmetric(horizontal=16, vertical=4)


def _brand(name: str) -> ft.Control:
    return ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.EXPLORE_ROUNDED, color=ft.Colors.SECONDARY, size=30),
                ft.Text(name, size=20, weight=ft.FontWeight.W_800, color=ft.Colors.PRIMARY),
            ],
            spacing=10,
        ),
        padding=ft.Padding.only(left=12, right=12, top=20, bottom=20),
    )
