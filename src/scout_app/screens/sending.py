"""What is seen while an attempt is on its way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import flet as ft

from scout_app.service.outbox import Attempt
from scout_app.ui import parts

if TYPE_CHECKING:
    from scout_app.app import App


def sending_panel(app: App, attempt: Attempt) -> ft.Control:
    """Being sent, or waiting: then in how many seconds it is sent again, and that it is safe meanwhile."""
    t, outbox = app.t, app.outbox
    failed = outbox is not None and outbox.tries > 0 and any(other.key == attempt.key for other in outbox.waiting)
    if outbox is None or not failed:
        content: list[ft.Control] = [
            ft.ProgressRing(width=48, height=48, color=ft.Colors.SECONDARY, semantics_label=t("practice.sending")),
            parts.heading(t("practice.sending"), size=22, centred=True),
        ]
    else:
        left = max(0, round(outbox.retry_at - time.monotonic())) if outbox.retry_at is not None else 0
        text = t("practice.waiting.text", n=left) if left else t("practice.waiting.now")

        async def to_path() -> None:
            await app.go("/")

        content = [
            ft.Icon(ft.Icons.SCHEDULE_SEND_ROUNDED, size=56, color=ft.Colors.PRIMARY),
            ft.Semantics(content=parts.heading(t("practice.waiting"), size=22, centred=True), live_region=True),
            parts.body(text, text_align=ft.TextAlign.CENTER),
            parts.primary(t("unsent.now"), outbox.hurry, icon=ft.Icons.REFRESH_ROUNDED),
            parts.link(t("practice.waiting.go"), to_path),
        ]
    column = ft.Column(
        [ft.Container(control, width=min(420.0, app.width - 48), alignment=ft.Alignment.CENTER) for control in content],
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=16,
        tight=True,
    )
    return ft.Container(column, alignment=ft.Alignment.CENTER, expand=True, padding=24)
