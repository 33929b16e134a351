"""The list below the podium. Who moves up or down glides to the new place."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from scout_app.service.models import Row
from scout_app.texts import Texts
from scout_app.ui import parts
from scout_app.ui.theme import CALM

HEIGHT = 72
GAP = 8


class Ladder:
    """Keeps each learner's line, so that a change of place is a movement and not a redrawing."""

    def __init__(self, texts: Texts, *, width: float) -> None:
        self._texts = texts
        self._width = width
        self._lines: dict[int, ft.Container] = {}
        self._shown: dict[int, tuple[Row, bool]] = {}
        self._stack = ft.Stack(width=width)

    def show(self, rows: Sequence[Row], *, me: int | None) -> ft.Control:
        """The lines of `rows`, from top to bottom."""
        lines: dict[int, ft.Container] = {}
        for place, row in enumerate(rows):
            line = self._lines.get(row.id) or ft.Container(
                left=0,
                right=0,
                height=HEIGHT,
                key=f"line-{row.id}",
                animate_position=ft.Animation(CALM, ft.AnimationCurve.EASE_IN_OUT),
            )
            line.top = place * (HEIGHT + GAP)
            if line.content is None or self._shown[row.id] != (row, row.id == me):  # who stands still is not drawn anew
                self._shown[row.id] = (row, row.id == me)
                line.content = self.row(row, mine=row.id == me)
            lines[row.id] = line
        self._lines = lines
        # In the tree, by id and not by place: the client moves a line only if it stays the same child.
        self._stack.controls = [lines[learner] for learner in sorted(lines)]
        self._stack.height = len(lines) * (HEIGHT + GAP)
        return self._stack

    def row(self, row: Row, *, mine: bool) -> ft.Control:
        """One learner."""
        texts = self._texts
        color = ft.Colors.ON_SECONDARY_CONTAINER if mine else ft.Colors.ON_SURFACE
        quiet = ft.Colors.ON_SECONDARY_CONTAINER if mine else ft.Colors.ON_SURFACE_VARIANT
        names = ft.Column(
            [
                ft.Text(
                    row.name,
                    size=16,
                    weight=ft.FontWeight.W_600,
                    color=color,
                    max_lines=1,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
                ft.Text(
                    f"{texts('board.me')} · {row.scout_rank}" if mine else row.scout_rank,
                    size=14,
                    color=quiet,
                    max_lines=1,
                ),
            ],
            spacing=0,
            expand=True,
            alignment=ft.MainAxisAlignment.CENTER,
        )
        line = ft.Row(
            [
                ft.Text(
                    str(row.rank),
                    size=17,
                    weight=ft.FontWeight.W_800,
                    color=color,
                    width=44,
                    text_align=ft.TextAlign.CENTER,
                ),
                parts.avatar(row.name, row.avatar, radius=22),
                names,
                ft.Text(texts("board.xp", xp=texts.number(row.xp)), size=16, weight=ft.FontWeight.W_700, color=color),
            ],
            spacing=10,
        )
        box = ft.Container(
            line,
            height=HEIGHT,
            bgcolor=ft.Colors.SECONDARY_CONTAINER if mine else ft.Colors.SURFACE_CONTAINER_LOWEST,
            border=ft.Border.all(1, ft.Colors.SECONDARY if mine else ft.Colors.OUTLINE_VARIANT),
            border_radius=16,
            padding=ft.Padding.only(left=4, right=16),
        )
        key = "board.row.me" if mine else "board.row"
        label = texts(key, rank=row.rank, name=row.name, level=row.scout_rank, xp=texts.number(row.xp))
        return parts.said(box, label)
