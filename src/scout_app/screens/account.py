"""Signing in and up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import flet as ft

from scout_app.screens.screen import Screen
from scout_app.service.errors import Refused, Unreachable
from scout_app.ui import parts
from scout_app.ui.theme import TOUCH

if TYPE_CHECKING:
    from scout_app.app import App

SIDE_BY_SIDE = 900


class AccountScreen(Screen):
    """Two forms in one place: who has an account, and who wants one."""

    def __init__(self, app: App, *, registering: bool) -> None:
        super().__init__(app)
        self._registering = registering
        self._busy = False
        self._revealed = False
        self._error: str | None = None
        self._values = {"name": "", "username": "", "password": ""}
        self._sent: dict[str, str] | None = None
        self._sign_up_key = ""
        self._fields: dict[str, ft.TextField] = {}

    def render(self) -> None:
        kind = "register" if self._registering else "login"
        t = self.t
        self._fields = {"username": self._field("username"), "password": self._field("password", password=True)}
        if self._registering:
            self._fields = {"name": self._field("name"), **self._fields}
        first = next(iter(self._fields.values()))
        first.autofocus = True
        self._note = ft.Semantics(content=ft.Container(), live_region=True)
        self._button = parts.primary(t(f"account.{kind}"), self._submit)
        self._show_state()
        form = ft.Column(
            [
                parts.heading(t(f"account.{kind}.title"), size=28),
                ft.AutofillGroup(
                    ft.Column(
                        list(self._fields.values()), spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
                    )
                ),
                self._note,
                self._button,
                ft.Row(
                    [parts.small(t(f"account.{kind}.hint")), self._other()],
                    alignment=ft.MainAxisAlignment.CENTER,
                    wrap=True,
                    spacing=4,
                    run_spacing=0,
                    vertical_alignment=ft.CrossAxisAlignment.CENTER,
                ),
            ],
            spacing=18,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        width = min(440.0, self.app.width)
        column = ft.Container(form, width=width, padding=24)
        if self.app.width >= SIDE_BY_SIDE:
            self.root.content = ft.Row(
                [
                    ft.Container(self._hero(large=True), expand=5),
                    ft.Container(
                        ft.Column([column], scroll=ft.ScrollMode.AUTO, alignment=ft.MainAxisAlignment.CENTER),
                        expand=6,
                        alignment=ft.Alignment.CENTER,
                    ),
                ],
                spacing=0,
                vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        else:
            self.root.content = parts.scrolling(
                ft.Column(
                    [self._hero(large=False), column],
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                    spacing=0,
                )
            )

    def _field(self, name: str, *, password: bool = False) -> ft.TextField:
        label = self.t(f"account.{name}")
        key = f"account.{name}.help"
        hints = {
            "name": ft.AutofillHint.NAME,
            "username": ft.AutofillHint.USERNAME,
            "password": ft.AutofillHint.NEW_PASSWORD if self._registering else ft.AutofillHint.PASSWORD,
        }

        def changed(event: ft.Event[ft.TextField]) -> None:
            self._values[name] = event.control.value

        return parts.field(
            label,
            helper=self.t(key) if self._registering and self.t.has(key) else None,
            value=self._values[name],
            password=password and not self._revealed,
            suffix=self._reveal() if password else None,
            autocorrect=False,
            autofill_hints=hints[name],
            error_max_lines=3,
            helper_max_lines=2,
            on_change=changed,
            on_submit=self._submit,
        )

    def _reveal(self) -> ft.Control:
        def touched() -> None:
            self._revealed = not self._revealed
            self.render()
            self.refresh()

        icon = ft.Icons.VISIBILITY_OFF_ROUNDED if self._revealed else ft.Icons.VISIBILITY_ROUNDED
        return parts.icon_button(icon, self.t("account.hide" if self._revealed else "account.reveal"), touched)

    def _other(self) -> ft.Control:
        return parts.link(self.t("account.login" if self._registering else "account.register"), self._switch)

    def _languages(self) -> ft.Control:
        async def switch() -> None:
            await self.app.set_language("en" if self.t.language == "id" else "id")

        other = "profile.language.en" if self.t.language == "id" else "profile.language.id"
        button = ft.TextButton(
            content=self.t(other),
            icon=ft.Icons.LANGUAGE_ROUNDED,
            on_click=switch,
            height=TOUCH,
            style=ft.ButtonStyle(color="#FFFFFF", icon_color="#F5C95B"),
        )
        return ft.Container(button, right=8, top=8)

    def _hero(self, *, large: bool) -> ft.Control:
        t = self.t
        words: list[ft.Control] = [
            ft.Icon(ft.Icons.EXPLORE_ROUNDED, size=72 if large else 44, color="#F5C95B"),
            ft.Text(t("app.name"), size=44 if large else 30, weight=ft.FontWeight.W_900, color="#FFFFFF"),
            ft.Text(t("app.tagline"), size=18 if large else 15, color="#F6E7D3", text_align=ft.TextAlign.CENTER),
        ]
        if large:
            signs = (
                (ft.Icons.ROUTE_ROUNDED, "account.hero.learn"),
                (ft.Icons.LOCAL_FIRE_DEPARTMENT_ROUNDED, "account.hero.streak"),
                (ft.Icons.EMOJI_EVENTS_ROUNDED, "account.hero.board"),
            )
            words.append(ft.Container(height=16))
            words += [
                ft.Row(
                    [ft.Icon(icon, color="#F5C95B"), ft.Text(t(key), size=17, color="#FFFFFF")], spacing=12, width=320
                )
                for icon, key in signs
            ]
        shown = ft.Container(
            ft.Column(
                words,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                alignment=ft.MainAxisAlignment.CENTER,
                spacing=8,
                tight=not large,
            ),
            gradient=ft.LinearGradient(
                colors=["#5A3620", "#3F5A2A", "#245030"], begin=ft.Alignment.TOP_LEFT, end=ft.Alignment.BOTTOM_RIGHT
            ),
            padding=ft.Padding.symmetric(horizontal=24, vertical=20),
            alignment=ft.Alignment.CENTER,
            width=None if large else self.app.width,
            border_radius=None if large else ft.BorderRadius.only(bottom_left=28, bottom_right=28),
        )
        return ft.Stack(
            [shown, self._languages()], expand=large, fit=ft.StackFit.EXPAND if large else ft.StackFit.LOOSE
        )

    async def _switch(self) -> None:
        self._registering = not self._registering
        self._error = None
        self.render()
        self.refresh()

    async def _submit(self) -> None:
        if self._busy or not self._complete():
            return
        self._busy, self._error = True, None
        self._show_state()
        self.refresh()
        api, values = self.app.api, self._values
        try:
            if self._registering:
                token = await api.register(values["name"], values["username"], values["password"], self._key())
            else:
                token = await api.login(values["username"], values["password"])
            await self.app.sign_in(token)
        except Refused as refused:
            self._refuse(refused)
        except Unreachable as unreachable:
            self._error = self.app.reason(unreachable)
        else:
            await self.app.go("/")
            return
        finally:
            self._busy = False
        self._show_state()
        self.refresh()

    def _key(self) -> str:
        """The same for what was sent before: if its answer was lost, the account may have been made."""
        if self._sent != self._values:
            self._sent, self._sign_up_key = dict(self._values), uuid4().hex
        return self._sign_up_key

    def _complete(self) -> bool:
        """Whether nothing is empty; what is empty says so."""
        for name, field in self._fields.items():
            field.error = None if self._values[name].strip() else self.t(f"account.needs.{name}")
        self.refresh()
        return all(field.error is None for field in self._fields.values())

    def _refuse(self, refused: Refused) -> None:
        at_fields = [name for name in refused.fields if name in self._fields]
        for name in at_fields:
            self._fields[name].error = self.t(f"problem.field.{name}")
        if refused.code == "username_taken":
            self._fields["username"].error = self.app.reason(refused)
        elif not at_fields:
            self._error = self.app.reason(refused)

    def _show_state(self) -> None:
        kind = "register" if self._registering else "login"
        self._button.disabled = self._busy
        self._button.content = self.t("account.busy" if self._busy else f"account.{kind}")
        self._note.visible = self._error is not None
        self._note.content = ft.Container(
            ft.Row(
                [
                    ft.Icon(ft.Icons.ERROR_OUTLINE_ROUNDED, color=ft.Colors.ON_ERROR_CONTAINER),
                    ft.Text(self._error or "", color=ft.Colors.ON_ERROR_CONTAINER, size=15, expand=True),
                ],
                spacing=10,
            ),
            bgcolor=ft.Colors.ERROR_CONTAINER,
            border_radius=12,
            padding=12,
        )
