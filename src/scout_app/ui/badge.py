"""The scout rank as a picture: how far it is to the next one, and the whole way there is."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from scout_app.service.models import ScoutRank
from scout_app.texts import Texts
from scout_app.ui import parts

SIZE = 148


def rank_at(xp: int, ranks: Sequence[ScoutRank]) -> int:
    """Which of `ranks` (lowest first) `xp` is worth."""
    return max((number for number, rank in enumerate(ranks) if rank.from_xp <= xp), default=0)


def rank_card(xp: int, ranks: Sequence[ScoutRank], texts: Texts) -> ft.Control:
    """The present rank in a ring that closes towards the next."""
    number = rank_at(xp, ranks)
    rank = ranks[number]
    following = ranks[number + 1] if number + 1 < len(ranks) else None
    if following is None:
        part, told, label = 1.0, texts("profile.rank.top"), texts("profile.rank.picture.top", rank=rank.name)
    else:
        done, total = xp - rank.from_xp, following.from_xp - rank.from_xp
        part = done / total
        told = texts("profile.rank.next", xp=following.from_xp - xp, rank=following.name)
        label = texts("profile.rank.picture", rank=rank.name, done=done, total=total, following=following.name)
    ring = ft.Stack(
        [
            ft.ProgressRing(
                value=part,
                width=SIZE,
                height=SIZE,
                stroke_width=12,
                color=ft.Colors.TERTIARY,
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
            ),
            ft.Container(_emblem(number), width=SIZE, height=SIZE, alignment=ft.Alignment.CENTER),
        ],
        width=SIZE,
        height=SIZE,
    )
    steps: list[ft.Control] = [
        ft.Container(
            width=22,
            height=10,
            border_radius=5,
            bgcolor=ft.Colors.SECONDARY if n <= number else ft.Colors.SURFACE_CONTAINER_HIGHEST,
            tooltip=step.name,
        )
        for n, step in enumerate(ranks)
    ]
    picture = ft.Column(
        [
            ring,
            ft.Text(rank.name, size=20, weight=ft.FontWeight.W_800, text_align=ft.TextAlign.CENTER),
            parts.small(told, text_align=ft.TextAlign.CENTER),
            ft.Row(steps, spacing=4, alignment=ft.MainAxisAlignment.CENTER),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return parts.card(
        ft.Column(
            [
                parts.heading(texts("profile.rank"), size=19, level=2),
                ft.Semantics(
                    content=picture, label=f"{label}. {told}", exclude_semantics=True, container=True, image=True
                ),
            ],
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=16,
    )


def _emblem(number: int) -> ft.Control:
    """More stripes, the higher the rank."""
    stripes: list[ft.Control] = [
        ft.Container(width=44, height=6, border_radius=3, bgcolor=ft.Colors.TERTIARY) for _ in range(number % 3 + 1)
    ]
    icon = (ft.Icons.PETS_ROUNDED, ft.Icons.EXPLORE_ROUNDED, ft.Icons.LOCAL_FIRE_DEPARTMENT_ROUNDED)[
        min(number // 3, 2)
    ]
    return ft.Container(
        ft.Column(
            [ft.Icon(icon, size=44, color=ft.Colors.ON_SECONDARY), *stripes],
            spacing=4,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        width=104,
        height=104,
        border_radius=52,
        bgcolor=ft.Colors.SECONDARY,
        alignment=ft.Alignment.CENTER,
    )
