"""What is seen while an attempt is on its way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import flet as ft

from scout_app.service.outbox import Attempt
from scout_app.ui import parts

if TYPE_CHECKING:
    from scout_app.app import App


class SendingPanel:
    """An attempt being sent, or waiting: then in how many seconds it is sent again, and that it is safe meanwhile.

    As the seconds are counted down only their text changes: a button that is drawn anew loses the focus, and the touch
    that is on it.
    """

    def __init__(self, app: App, attempt: Attempt) -> None:
        self.attempt = attempt
        self.root = ft.Container(alignment=ft.Alignment.CENTER, expand=True, padding=24)
        self._app = app
        self._seconds = parts.body("", text_align=ft.TextAlign.CENTER)
        self._is_waiting = False

    def render(self) -> None:
        """Show all of it: at first, and when the window's width, the language or the theme changed."""
        self._count_down()
        content = self._waiting() if self._is_waiting else self._being_sent()
        width = min(420.0, self._app.width - 48)
        self.root.content = ft.Column(
            [ft.Container(control, width=width, alignment=ft.Alignment.CENTER) for control in content],
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=16,
            tight=True,
        )

    def renew(self) -> None:
        """Show how it fares now."""
        was_waiting = self._is_waiting
        self._count_down()
        if self._is_waiting is not was_waiting:
            self.render()

    def _count_down(self) -> None:
        outbox, t = self._app.outbox, self._app.t
        self._is_waiting = (
            outbox is not None and outbox.tries > 0 and any(one.key == self.attempt.key for one in outbox.waiting)
        )
        if outbox is not None and self._is_waiting:
            left = max(0, round(outbox.retry_at - time.monotonic())) if outbox.retry_at is not None else 0
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
            parts.primary(t("unsent.now"), self._hurry, icon=ft.Icons.REFRESH_ROUNDED),
            parts.link(t("practice.waiting.go"), self._to_path),
        ]

    def _hurry(self) -> None:
        if self._app.outbox is not None:
            self._app.outbox.hurry()

    async def _to_path(self) -> None:
        await self._app.go("/")
