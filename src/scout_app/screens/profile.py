"""Oneself: name, scout rank, active days, and settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import flet as ft

from scout_app.screens.screen import Screen
from scout_app.service.errors import Refused, Unreachable
from scout_app.service.models import Month, Profile, ScoutRank
from scout_app.texts import LANGUAGES
from scout_app.ui import parts
from scout_app.ui.badge import rank_card
from scout_app.ui.calendar import calendar_card

if TYPE_CHECKING:
    from scout_app.app import App

SIDE_BY_SIDE = 700


class ProfileScreen(Screen):
    """What the learner is, and how the app shall be."""

    nav = 2

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._month: Month | None = None
        self._editing = False
        self._name = ""

    async def enter(self) -> None:
        me, ranks, self._month = await self.load(self._fetch)
        self.app.me, self.app.ranks = me, ranks
        self._name = me.name
        self.render()
        self.refresh()

    async def _fetch(self) -> tuple[Profile, list[ScoutRank], Month]:
        api = self.app.api
        return await asyncio.gather(api.me(), api.scout_ranks(), api.month())

    def render(self) -> None:
        me, month = self.app.me, self._month
        if me is None or month is None:
            self.root.content = self.waiting()
            return
        width = round(self.app.content_width)
        calendar = calendar_card(month, self.t, earlier=self._earlier, later=self._later)
        rank = rank_card(me.total_xp, self.app.ranks, self.t)
        if width >= SIDE_BY_SIDE:
            middle: list[ft.Control] = [
                ft.Row(
                    [ft.Container(rank, expand=True), ft.Container(calendar, expand=True)],
                    spacing=16,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                )
            ]
        else:
            middle = [rank, calendar]
        content = [self._head(me), self._figures(me), *middle, self._settings(), self._out()]
        self.root.content = parts.scrolling(parts.centred(content, width=width, spacing=16))

    def _head(self, me: Profile) -> ft.Control:
        if self._editing:
            return self._name_form()
        names = ft.Column([parts.heading(me.name, size=24), parts.small(f"@{me.username}")], spacing=0, expand=True)
        edit = parts.icon_button(ft.Icons.EDIT_ROUNDED, self.t("profile.name.edit"), self._edit)
        return ft.Row([parts.avatar(me.name, me.picture_url, radius=36), names, edit], spacing=16)

    def _name_form(self) -> ft.Control:
        def typed(event: ft.Event[ft.TextField]) -> None:
            self._name = event.control.value

        self._field = parts.field(
            self.t("profile.name"),
            value=self._name,
            on_change=typed,
            on_submit=self._save,
            autofocus=True,
            max_length=100,
        )
        buttons = ft.Row(
            [parts.link(self.t("cancel"), self._edit), parts.primary(self.t("profile.name.save"), self._save)],
            alignment=ft.MainAxisAlignment.END,
            wrap=True,
        )
        return ft.Column([self._field, buttons], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)

    async def _edit(self) -> None:
        self._editing = not self._editing
        self._name = self.app.me.name if self.app.me else ""
        self.render()
        self.refresh()

    async def _save(self) -> None:
        try:
            self.app.me = await self.app.api.rename(self._name)
        except (Refused, Unreachable) as error:
            self._field.error = self.app.reason(error)
            self.refresh()
            return
        self._editing = False
        self.render()
        self.refresh()
        self.app.frame.say(self.t("profile.name.saved"))

    def _figures(self, me: Profile) -> ft.Control:
        t = self.t
        figures = (
            (ft.Icons.LOCAL_FIRE_DEPARTMENT_ROUNDED, "profile.streak", t("profile.days", n=me.streak)),
            (ft.Icons.MILITARY_TECH_ROUNDED, "profile.longest", t("profile.days", n=me.longest_streak)),
            (ft.Icons.BOLT_ROUNDED, "profile.total", t("path.xp", xp=t.number(me.total_xp))),
        )
        return ft.Row([_figure(icon, t(key), value) for icon, key, value in figures], spacing=10)

    async def _earlier(self) -> None:
        if self._month is not None:
            await self._show_month(self._month.first - timedelta(days=1))

    async def _later(self) -> None:
        if self._month is not None:
            await self._show_month(self._month.first + timedelta(days=31))

    async def _show_month(self, day: date) -> None:
        try:
            self._month = await self.app.api.month(f"{day:%Y-%m}")
        except (Refused, Unreachable) as error:
            self.app.frame.say(self.app.reason(error))
            return
        self.render()
        self.refresh()

    def _settings(self) -> ft.Control:
        t, app = self.t, self.app

        async def language(event: ft.Event[ft.SegmentedButton]) -> None:
            chosen = event.control.selected[0]
            await app.set_language("en" if chosen == "en" else "id")

        async def theme(event: ft.Event[ft.SegmentedButton]) -> None:
            await app.set_theme(event.control.selected[0])

        themes = ("light", "dark", "system")
        return parts.card(
            ft.Column(
                [
                    parts.heading(t("profile.settings"), size=19, level=2),
                    parts.small(t("profile.language")),
                    _segments([(name, t(f"profile.language.{name}")) for name in LANGUAGES], t.language, language),
                    parts.small(t("profile.theme")),
                    _segments([(name, t(f"profile.theme.{name}")) for name in themes], app.theme, theme),
                ],
                spacing=10,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )

    def _out(self) -> ft.Control:
        return ft.Row(
            [parts.secondary(self.t("profile.sign_out"), self._sign_out, icon=ft.Icons.LOGOUT_ROUNDED)],
            alignment=ft.MainAxisAlignment.CENTER,
        )

    async def _sign_out(self) -> None:
        t = self.t
        if await self.app.frame.ask(
            title=t("profile.sign_out.title"),
            text=t("profile.sign_out.text"),
            yes=t("profile.sign_out"),
            no=t("cancel"),
        ):
            await self.app.sign_out()


def _figure(icon: ft.IconData, label: str, value: str) -> ft.Control:
    column = ft.Column(
        [
            ft.Icon(icon, color=ft.Colors.PRIMARY, size=26),
            ft.Text(value, size=17, weight=ft.FontWeight.W_800, text_align=ft.TextAlign.CENTER),
            ft.Text(label, size=14, color=ft.Colors.ON_SURFACE_VARIANT, text_align=ft.TextAlign.CENTER),
        ],
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    said = ft.Semantics(
        content=parts.card(column, padding=12), label=f"{label}: {value}", exclude_semantics=True, container=True
    )
    return ft.Container(said, expand=True)


def _segments(
    choices: Sequence[tuple[str, str]],
    chosen: str,
    on_change: Callable[[ft.Event[ft.SegmentedButton]], Coroutine[Any, Any, None]],
) -> ft.Control:
    """One of `choices` (value and words)."""
    return ft.SegmentedButton(
        segments=[ft.Segment(value=value, label=ft.Text(label, size=15)) for value, label in choices],
        selected=[chosen],
        show_selected_icon=False,
        on_change=on_change,
        style=ft.ButtonStyle(
            bgcolor={ft.ControlState.SELECTED: ft.Colors.SECONDARY, ft.ControlState.DEFAULT: ft.Colors.TRANSPARENT},
            color={ft.ControlState.SELECTED: ft.Colors.ON_SECONDARY, ft.ControlState.DEFAULT: ft.Colors.ON_SURFACE},
        ),
    )
