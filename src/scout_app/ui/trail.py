"""A unit's levels along a winding trail."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from itertools import pairwise

import flet as ft
import flet.canvas as cv

from scout_app.service.models import Level, Unit
from scout_app.texts import Texts
from scout_app.ui import parts

STEP = 112
"""From one level to the next, downwards."""
NODE = 72
HERE = 84
SWING = 0.27
"""How far the trail swings out, as a part of its width."""
WIDEST = 460.0
ABOVE = 2.1 * STEP
TOP = 52
"""Room above the first level, for the sign that says where to begin."""


class Trail:
    """Draws the trail and the levels on it; `on_level` is called with the one that was touched."""

    def __init__(
        self, unit: Unit, *, here: str | None, texts: Texts, width: float, on_level: Callable[[Level], Awaitable[None]]
    ) -> None:
        self._texts = texts
        self._width = min(width, WIDEST)
        self._here = here
        self._on_level = on_level
        levels = unit.levels
        height = TOP + STEP * len(levels) + 8
        spots = [self._spot(number) for number in range(len(levels))]
        shapes: list[ft.Control] = [self._line(spots, [level.status == "COMPLETED" for level in levels], height)]
        for level, spot in zip(levels, spots, strict=True):
            shapes += self._level(level, *spot)
        stack = ft.Stack(shapes, width=self._width, height=height)
        self.control = ft.Row([stack], alignment=ft.MainAxisAlignment.CENTER)

    def _spot(self, number: int) -> tuple[float, float]:
        """The middle of the level with this number, from 0."""
        swing = math.sin(number * math.pi / 2.6 + 0.35)
        return self._width / 2 + swing * SWING * self._width, TOP + NODE / 2 + number * STEP

    def _line(self, spots: list[tuple[float, float]], done: list[bool], height: float) -> ft.Control:
        shapes: list[cv.Shape] = []
        for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(spots)):
            middle = (y1 + y2) / 2
            curve = [cv.Path.MoveTo(x1, y1), cv.Path.CubicTo(x1, middle, x2, middle, x2, y2)]
            walked = done[number]
            paint = ft.Paint(
                style=ft.PaintingStyle.STROKE,
                stroke_width=8,
                stroke_cap=ft.StrokeCap.ROUND,
                color=ft.Colors.SECONDARY if walked else ft.Colors.OUTLINE_VARIANT,
                stroke_dash_pattern=None if walked else [2, 16],
            )
            shapes.append(cv.Path(curve, paint=paint))
        return cv.Canvas(shapes, width=self._width, height=height)

    def _level(self, level: Level, x: float, y: float) -> list[ft.Control]:
        here = level.id == self._here
        size = HERE if here else NODE
        node = ft.Container(self._button(level, size), left=x - size / 2, top=y - size / 2)
        right = x < self._width / 2
        gap = size / 2 + 14
        room = (self._width - x if right else x) - gap
        title = ft.Text(
            self._texts.pick(level.title, level.title_en),
            size=15,
            weight=ft.FontWeight.W_700 if here else ft.FontWeight.W_500,
            color=ft.Colors.ON_SURFACE_VARIANT if level.status == "LOCKED" else ft.Colors.ON_SURFACE,
            text_align=ft.TextAlign.LEFT if right else ft.TextAlign.RIGHT,
            max_lines=3,
            overflow=ft.TextOverflow.ELLIPSIS,
        )
        side = ft.Column(
            [title, *([parts.stars(level.stars)] if level.status == "COMPLETED" else [self._xp(level)])],
            spacing=2,
            tight=True,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.START if right else ft.CrossAxisAlignment.END,
        )
        words = ft.Container(
            ft.Semantics(content=side, exclude_semantics=True),
            left=x + gap if right else 0,
            top=y - STEP / 2 + 2,
            width=room,
            height=STEP - 4,
            alignment=ft.Alignment.CENTER_LEFT if right else ft.Alignment.CENTER_RIGHT,
        )
        return [words, node, *([self._sign(x, y - size / 2), self._mark(level, y)] if here else [])]

    def _mark(self, level: Level, y: float) -> ft.Control:
        """Where to scroll to: so far above the level that what was done before is still in sight."""
        key = ft.ScrollKey(level.id)  # type: ignore[call-arg] # its base class has the argument
        return ft.Container(width=1, height=1, left=0, top=max(0.0, y - ABOVE), key=key)

    def _xp(self, level: Level) -> ft.Control:
        return ft.Text(self._texts("path.xp", xp=level.xp_reward), size=14, color=ft.Colors.ON_SURFACE_VARIANT)

    def _button(self, level: Level, size: float) -> ft.Control:
        icon, color, bgcolor = {
            "COMPLETED": (ft.Icons.CHECK_ROUNDED, ft.Colors.ON_SECONDARY, ft.Colors.SECONDARY),
            "UNLOCKED": (ft.Icons.HIKING_ROUNDED, ft.Colors.ON_TERTIARY, ft.Colors.TERTIARY),
            "LOCKED": (ft.Icons.LOCK_ROUNDED, ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGHEST),
        }[level.status]

        async def touched() -> None:
            await self._on_level(level)

        button = ft.IconButton(
            icon=icon,
            icon_color=color,
            icon_size=size * 0.46,
            bgcolor=bgcolor,
            width=size,
            height=size,
            on_click=touched,
            style=ft.ButtonStyle(
                shape=ft.CircleBorder(),
                side={
                    ft.ControlState.FOCUSED: ft.BorderSide(4, ft.Colors.PRIMARY),
                    ft.ControlState.DEFAULT: ft.BorderSide(4, ft.Colors.SURFACE_CONTAINER_LOWEST),
                },
                elevation=4 if level.status != "LOCKED" else 0,
                shadow_color=ft.Colors.SHADOW,
            ),
        )
        return parts.named(button, self._label(level))

    def _label(self, level: Level) -> str:
        t = self._texts
        said = {
            "n": level.number,
            "title": t.pick(level.title, level.title_en),
            "state": t(f"path.state.{level.status}"),
        }
        if level.status == "COMPLETED":
            return t("path.node.stars", **said, stars=t("path.stars", n=level.stars))
        return t("path.node", **said)

    def _sign(self, x: float, top: float) -> ft.Control:
        """Says where to begin, above the level."""
        sign = ft.Container(
            ft.Text(self._texts("path.here"), size=14, weight=ft.FontWeight.W_700, color=ft.Colors.ON_PRIMARY),
            bgcolor=ft.Colors.PRIMARY,
            border_radius=12,
            padding=ft.Padding.symmetric(horizontal=12, vertical=6),
        )
        width = 150
        left = max(0.0, min(x - width / 2, self._width - width))
        return ft.Container(
            ft.Semantics(content=sign, exclude_semantics=True),
            left=left,
            top=top - 40,
            width=width,
            alignment=ft.Alignment.CENTER,
        )
