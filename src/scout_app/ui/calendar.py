"""A month with its active days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import flet as ft

from scout_app.service.models import Month
from scout_app.texts import Texts
from scout_app.ui import parts

CELL = 38
DAYS = 7


def calendar_card(month: Month, texts: Texts, *, earlier: parts.Handler, later: parts.Handler) -> ft.Control:
    """The month of `month`, Monday first."""
    first, last = month.first, monthrange(month.first.year, month.first.month)[1]
    name = f"{texts(f'month.{first.month}')} {first.year}"
    is_now = (first.year, first.month) == (month.today.year, month.today.month)
    head = ft.Row(
        [
            parts.icon_button(ft.Icons.CHEVRON_LEFT_ROUNDED, texts("profile.calendar.earlier"), earlier),
            ft.Container(parts.heading(name, size=17, level=3), expand=True, alignment=ft.Alignment.CENTER),
            parts.icon_button(ft.Icons.CHEVRON_RIGHT_ROUNDED, texts("profile.calendar.later"), later, disabled=is_now),
        ]
    )
    names: list[ft.Control] = [_cell(parts.small(texts(f"weekday.{n}"))) for n in range(DAYS)]
    cells: list[ft.Control] = [_cell(None) for _ in range(first.weekday())]
    cells += [_day(first.replace(day=day), month) for day in range(1, last + 1)]
    cells += [_cell(None) for _ in range(-len(cells) % DAYS)]
    weeks = [_week(cells[n : n + DAYS]) for n in range(0, len(cells), DAYS)]
    label = texts("profile.calendar.label", month=name, n=len(month.days))
    grid = ft.Semantics(
        content=ft.Column([_week(names), *weeks], spacing=4), label=label, exclude_semantics=True, container=True
    )
    return parts.card(
        ft.Column(
            [parts.heading(texts("profile.calendar"), size=19, level=2), head, grid],
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=16,
    )


def _week(cells: list[ft.Control]) -> ft.Row:
    return ft.Row(cells, alignment=ft.MainAxisAlignment.SPACE_BETWEEN, spacing=0)


def _day(day: date, month: Month) -> ft.Control:
    active, today = day in month.days, day == month.today
    number = ft.Text(
        str(day.day),
        size=14,
        weight=ft.FontWeight.W_700 if active or today else ft.FontWeight.W_400,
        color=ft.Colors.ON_SECONDARY if active else ft.Colors.ON_SURFACE,
    )
    cell = _cell(number)
    cell.border_radius = CELL / 2
    cell.bgcolor = ft.Colors.SECONDARY if active else None
    cell.border = ft.Border.all(2, ft.Colors.TERTIARY) if today else None
    return cell


def _cell(content: ft.Control | None) -> ft.Container:
    return ft.Container(content, width=CELL, height=CELL, alignment=ft.Alignment.CENTER)
