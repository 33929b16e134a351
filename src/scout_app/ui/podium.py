"""The first three."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from scout_app.service.models import Row
from scout_app.texts import Texts
from scout_app.ui import parts
from scout_app.ui.theme import CALM

HEIGHTS = {1: 124, 2: 92, 3: 68}
GROUNDS = {1: ft.Colors.TERTIARY, 2: ft.Colors.SURFACE_CONTAINER_HIGHEST, 3: ft.Colors.PRIMARY_CONTAINER}
WRITTEN = {1: ft.Colors.ON_TERTIARY, 2: ft.Colors.ON_SURFACE, 3: ft.Colors.ON_PRIMARY_CONTAINER}
ORDER = (1, 0, 2)
"""Second, first, third from left to right."""


def podium(rows: Sequence[Row], texts: Texts, *, width: float, me: int | None) -> ft.Control:
    """Up to three learners; those who share a rank stand at the same height."""
    width = min(width, 520)
    column = (width - 16) / 3
    shown: list[ft.Control] = [
        _place(rows[place], texts, column, me) if place < len(rows) else ft.Container(width=column) for place in ORDER
    ]
    row = ft.Row(shown, spacing=8, vertical_alignment=ft.CrossAxisAlignment.END, alignment=ft.MainAxisAlignment.CENTER)
    return ft.Container(row, padding=ft.Padding.only(top=8))


def _place(row: Row, texts: Texts, width: float, me: int | None) -> ft.Control:
    rank = min(row.rank, 3)
    first = rank == 1
    crown = ft.Icon(ft.Icons.EMOJI_EVENTS_ROUNDED, size=28, color=ft.Colors.TERTIARY, opacity=1 if first else 0)
    face = ft.Container(
        parts.avatar(row.name, row.avatar, radius=36 if first else 30),
        border=ft.Border.all(4, ft.Colors.TERTIARY if first else ft.Colors.OUTLINE_VARIANT),
        border_radius=60,
    )
    name = ft.Text(
        row.name,
        size=15,
        weight=ft.FontWeight.W_700,
        color=ft.Colors.SECONDARY if row.id == me else ft.Colors.ON_SURFACE,
        text_align=ft.TextAlign.CENTER,
        max_lines=2,
        overflow=ft.TextOverflow.ELLIPSIS,
    )
    step = ft.Container(
        ft.Column(
            [
                ft.Text(str(row.rank), size=28 if first else 22, weight=ft.FontWeight.W_900, color=WRITTEN[rank]),
                ft.Text(
                    texts("board.xp", xp=texts.number(row.xp)),
                    size=14,
                    weight=ft.FontWeight.W_600,
                    color=WRITTEN[rank],
                    text_align=ft.TextAlign.CENTER,
                ),
            ],
            spacing=0,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        height=HEIGHTS[rank],
        width=width,
        bgcolor=GROUNDS[rank],
        border_radius=ft.BorderRadius.only(top_left=14, top_right=14),
        animate=ft.Animation(CALM, ft.AnimationCurve.EASE_OUT_CUBIC),
        alignment=ft.Alignment.CENTER,
    )
    column = ft.Column(
        [crown, face, name, parts.small(row.scout_rank, text_align=ft.TextAlign.CENTER), step],
        spacing=4,
        width=width,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        tight=True,
    )
    key = "board.row.me" if row.id == me else "board.row"
    label = texts(key, rank=row.rank, name=row.name, level=row.scout_rank, xp=texts.number(row.xp))
    return parts.said(column, label, key=f"podium-{row.id}")
