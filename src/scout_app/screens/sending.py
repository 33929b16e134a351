"""What is seen while an attempt is on its way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import flet as ft

from scout_app.service.outbox import Attempt, Outbox
from scout_app.ui import parts

if TYPE_CHECKING:
    from scout_app.app import App


class SendingPanel:
    """An attempt being sent, or waiting: then in how many seconds it is sent again, and that it is safe meanwhile.

    As the seconds are counted down only their text changes: a button that is drawn anew loses the focus, and the touch
    that is on it.
    """

    def __init__(self, app: App, outbox: Outbox, attempt: Attempt) -> None:
        self.attempt = attempt
        self.root = ft.Container(alignment=ft.Alignment.CENTER, expand=True, padding=24)
        self._app = app
        self._outbox = outbox
        self._seconds = parts.body("", text_align=ft.TextAlign.CENTER)
        self._shows_waiting = False

    def render(self) -> None:
        """Show all of it: at first, and when the window's width, the language or the theme changed."""
        self._shows_waiting = self._is_waiting()
        self._tell_seconds()
        content = self._waiting() if self._shows_waiting else self._being_sent()
        width = min(420.0, self._app.width - 48)
        self.root.content = ft.Column(
            [ft.Container(control, width=width, alignment=ft.Alignment.CENTER) for control in content],
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=16,
            tight=True,
        )

    def renew(self) -> None:
        """Show how it fares now."""
        if self._is_waiting() is self._shows_waiting:
            self._tell_seconds()
        else:
            self.render()

    def _is_waiting(self) -> bool:
        outbox = self._outbox
        return outbox.tries > 0 and any(other.key == self.attempt.key for other in outbox.waiting)

    def _tell_seconds(self) -> None:
        t, retry_at = self._app.t, self._outbox.retry_at
        left = max(0, round(retry_at - time.monotonic())) if retry_at is not None else 0
        self._seconds.value = t("practice.waiting.text", n=left) if left else t("practice.waiting.now")

    def _being_sent(self) -> list[ft.Control]:
        sending = self._app.t("practice.sending")
        return [
            ft.ProgressRing(width=48, height=48, color=ft.Colors.SECONDARY, semantics_label=sending),
            parts.heading(sending, size=22, centred=True),
        ]

    def _waiting(self) -> list[ft.Control]:
        t = self._app.t
        return [
            ft.Icon(ft.Icons.SCHEDULE_SEND_ROUNDED, size=56, color=ft.Colors.PRIMARY),
            ft.Semantics(content=parts.heading(t("practice.waiting"), size=22, centred=True), live_region=True),
            self._seconds,
            parts.primary(t("unsent.now"), self._outbox.hurry, icon=ft.Icons.REFRESH_ROUNDED),
            parts.link(t("practice.waiting.go"), self._to_path),
        ]

    async def _to_path(self) -> None:
        await self._app.go("/")
